"""The pages of NormLab, as plain data. The menu, the start page and the tests are made from this list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

HERE: Final = Path(__file__).parent
COURSE: Final = "Course"
"""The section of the menu that also holds the lessons."""


@dataclass(frozen=True)
class Page:
    """One page: its address, the name in the menu, and the question that it answers."""

    slug: str
    title: str
    section: str
    file: str
    question: str
    summary: str

    @property
    def path(self) -> Path:
        """The page's script, absolute."""
        return HERE / self.file


START: Final = Page(
    "",
    "Home",
    "",
    "start/start.py",
    "What is normalization?",
    "Where to begin, in ten seconds.",
)

PAGES: Final[tuple[Page, ...]] = (
    START,
    Page(
        "search",
        "Search",
        "",
        "course/search.py",
        "What are you looking for?",
        "A word or two, and the lessons, terms and laboratories that it stands in.",
    ),
    Page(
        "min-max",
        "Min-max scaling",
        "Scaling",
        "scaling/min_max.py",
        "What does one outlier do to all the others?",
        "Squeeze a feature into a fixed range, then drag one value away and watch the rest.",
    ),
    Page(
        "standardization",
        "Standardization",
        "Scaling",
        "scaling/standardization.py",
        "What changes when you standardize, and what does not?",
        "Mean 0 and standard deviation 1, but the shape of the data stays as it was.",
    ),
    Page(
        "scalers",
        "Scalers side by side",
        "Scaling",
        "scaling/side_by_side.py",
        "Which scaler copes with an outlier?",
        "Min-max, standardization, robust and max-abs on the same data with the same outlier.",
    ),
    Page(
        "distances",
        "Distances and votes",
        "Scaling",
        "scaling/distances.py",
        "How much does one feature drown the others?",
        "Who owns the distance between two samples, and what a vote among neighbours makes of it.",
    ),
    Page(
        "gradient-descent",
        "Gradient descent",
        "Scaling",
        "scaling/gradient_descent.py",
        "Why do unequal scales slow down learning?",
        "The loss of two features as a landscape, and a path downhill whose step you can drag.",
    ),
    Page(
        "least-squares",
        "Least squares",
        "Scaling",
        "scaling/least_squares.py",
        "Which model does not care?",
        "Least squares gives the same predictions on every scale, to the last digits.",
    ),
    Page(
        "leakage",
        "What leaks?",
        "Scaling",
        "scaling/leakage.py",
        "What leaks from the test rows, and how much?",
        "A scaler fitted on all rows, a feature selection on all rows: two very different mistakes.",
    ),
    Page(
        "axes",
        "Axes",
        "Layers",
        "layers/axes.py",
        "Which values share a mean?",
        "One real tensor, every layer, and the arithmetic of each single number.",
    ),
    Page(
        "averages",
        "Averages per axis",
        "Layers",
        "layers/averages.py",
        "Which averages become 0, and which do not?",
        "Means and standard deviations along every combination of axes, before and after each layer.",
    ),
    Page(
        "same",
        "Identities",
        "Layers",
        "layers/same.py",
        "When are two layers the same?",
        "Four pairs that meet under one exact condition, and what still differs then.",
    ),
    Page(
        "compare",
        "Layers compared",
        "Layers",
        "layers/compare.py",
        "Which layer does what?",
        "Axes, counts, batch dependence and defaults of five layers, for the shape you choose.",
    ),
    Page(
        "invariance",
        "Invariance",
        "Layers",
        "layers/invariance.py",
        "What can you multiply without changing the output?",
        "Seven methods, six changes of weights and data, and how much of each gets through.",
    ),
    Page(
        "batch-size",
        "Batch size",
        "Batch normalization",
        "batch/batch_size.py",
        "How noisy is the mean of a batch?",
        "Hundreds of random batches as points, from one sample to 256, and what theory says of them.",
    ),
    Page(
        "batch-mates",
        "Batch mates",
        "Batch normalization",
        "batch/batch_mates.py",
        "Does my sample depend on its neighbours?",
        "The same digit in 41 batches: what moves in training, and what stays in inference and under layer norm.",
    ),
    Page(
        "running-statistics",
        "Running statistics",
        "Batch normalization",
        "batch/running_statistics.py",
        "What does the network remember for inference?",
        "Running mean and variance update by update, under the conventions of Keras, PyTorch, Flax and the paper.",
    ),
    Page(
        "gamma-beta-bias",
        "Gamma, beta and a bias",
        "Batch normalization",
        "batch/gamma_beta_bias.py",
        "What do gamma and beta give back, and what happens to a bias?",
        "A bias of 100 that no output notices, and two parameters that can undo batch norm altogether.",
    ),
    Page(
        "batch-renorm",
        "Batch renormalization",
        "Batch normalization",
        "batch/renorm.py",
        "Can training already use the running statistics?",
        "A factor and an offset per batch, and two limits that open from batch norm to inference.",
    ),
    Page(
        "layer-norm",
        "Layer norm",
        "Without the batch",
        "sample/layer_norm.py",
        "Over which axes does layer norm average?",
        "One image in batches of any size: the means that layer norm takes, and the neighbours it ignores.",
    ),
    Page(
        "few-features",
        "Few features",
        "Without the batch",
        "sample/few_features.py",
        "How few features are too few for layer norm?",
        "With one feature nothing is left, with two a sign, and every number of features has its bound.",
    ),
    Page(
        "padding",
        "Padding",
        "Without the batch",
        "sample/padding.py",
        "What does padding do to the statistics?",
        "Sequences filled up to one length: batch norm averages the filling too, unless a mask tells it not to.",
    ),
    Page(
        "instance-norm",
        "Instance norm",
        "Without the batch",
        "sample/instance_norm.py",
        "What is left of a photograph without its contrast?",
        "A photograph fades, and instance norm gives the same picture all the same, until epsilon takes part.",
    ),
    Page(
        "style",
        "Style",
        "Without the batch",
        "sample/style.py",
        "What if one photograph takes the statistics of another?",
        "Adaptive instance norm on two photographs: the colours of one on the shapes of the other.",
    ),
    Page(
        "group-norm",
        "Group norm",
        "Without the batch",
        "sample/group_norm.py",
        "How many channels should share a mean?",
        "From one group, layer norm's statistics, to a group per channel, which is instance norm.",
    ),
    Page(
        "relatives",
        "Relatives",
        "Without the batch",
        "sample/relatives.py",
        "What if you drop the mean, or the statistics altogether?",
        "RMS norm, dynamic tanh and weight standardization beside layer norm, on real activations.",
    ),
    Page(
        "epsilon",
        "Epsilon",
        "Numbers",
        "numbers/epsilon.py",
        "What is left of a small standard deviation?",
        "The default epsilons of Keras, PyTorch and Flax, and what each makes of a spread of 0.01.",
    ),
    Page(
        "rounding",
        "Rounding",
        "Numbers",
        "numbers/rounding.py",
        "Can a variance be negative?",
        "The same variance by two formulas, while the mean grows and the digits run out.",
    ),
    Page(
        "one-nan",
        "One NaN",
        "Numbers",
        "numbers/one_nan.py",
        "One value is not a number: who is infected, and for how long?",
        "A single NaN in one batch: the outputs it reaches, and the running mean that keeps it for ever.",
    ),
    Page(
        "training-curves",
        "Training curves",
        "Training",
        "training/curves.py",
        "What does one setting change in training?",
        "Networks that differ in one setting, trained while you watch, and looked into at every step.",
    ),
    Page(
        "recipes",
        "Keras recipes",
        "Training",
        "training/recipes.py",
        "What does it look like in Keras?",
        "Four complete programs with a normalization layer: to read, to run here and to take away.",
    ),
    Page(
        "learning-rate",
        "Learning rate",
        "Measured",
        "measured/learning_rate.py",
        "Which learning rates work, from which first weights?",
        "Every combination of learning rate and scale of the first weights, trained with and without norms.",
    ),
    Page(
        "placement-start",
        "Placement at the start",
        "Measured",
        "measured/placement_start.py",
        "Before or after the activation: what does the network start with?",
        "Saturated and dead units, and the gradient of every layer, before the first update.",
    ),
    Page(
        "placement-trained",
        "Placement, trained",
        "Measured",
        "measured/placement_trained.py",
        "Before or after the activation: does it matter after training?",
        "Three placements from three starts, each at its own best learning rate, and pre-LN beside post-LN.",
    ),
    Page(
        "gradients",
        "First gradients",
        "Measured",
        "measured/gradients.py",
        "How big is the gradient before the first step?",
        "An exact law in the scale of the weights, and a growth in depth that batch norm brings.",
    ),
    Page(
        "small-batches",
        "Small batches",
        "Measured",
        "measured/small_batches.py",
        "What does a small batch cost, and whom?",
        "Four norms with batches of 2 to 128 rows, trained to the end, beside what others have published.",
    ),
    Page(
        "shift-between",
        "Shift between data",
        "Measured",
        "measured/shift_between.py",
        "What happens when the deployed data is not like the training data?",
        "Rows that move after training, and networks with and without a norm that have to live with it.",
    ),
    Page(
        "shift-inside",
        "Shift inside",
        "Measured",
        "measured/shift_inside.py",
        "Does batch norm calm what a layer sees?",
        "Drift of a hidden layer during training, with batch norm, without, and with noise that shakes both.",
    ),
    Page(
        "glossary",
        "Glossary",
        COURSE,
        "course/glossary.py",
        "What does this word mean?",
        "The terms of the course, each in a sentence or two, with the place to try it.",
    ),
    Page(
        "my-progress",
        "My progress",
        COURSE,
        "course/my_progress.py",
        "Where did you stop?",
        "Your steps and answers, kept for this browser without a name: go on, take them along, or delete them.",
    ),
    Page(
        "add-a-lesson",
        "Add a lesson",
        COURSE,
        "course/add_lesson.py",
        "How do you add a lesson?",
        "One Markdown file, a place to try it, and all that a lesson can use.",
    ),
)


LABORATORIES: Final[Mapping[str, Page]] = MappingProxyType(
    {page.slug: page for page in PAGES if page.section not in {"", COURSE}}
)
"""The pages that a lesson can put to work, by the name that it calls them."""


def sections() -> dict[str, list[Page]]:
    """Return the pages by menu section, in menu order."""
    grouped: dict[str, list[Page]] = {}
    for page in PAGES:
        grouped.setdefault(page.section, []).append(page)
    return grouped


def by_slug(slug: str) -> Page:
    """Return the page at an address; raises `KeyError` naming the addresses there are."""
    for page in PAGES:
        if page.slug == slug:
            return page
    known = ", ".join(page.slug or "(start)" for page in PAGES)
    raise KeyError(f"there is no page at {slug!r}; the pages are {known}")
