"""Runs that come with NormLab: what is asked, what was expected before it was measured, and the experiments.

`make runs` trains them and writes what they recorded into assets/runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from normlib.training.crossed import Crossed
from normlib.training.expectations import INSIDE, TRAINED
from normlib.training.experiment import Experiment
from normlib.training.few_rows import few_rows
from normlib.training.inside_shift import inside_shift
from normlib.training.placement_trained import dense_placements, transformer_placements


@dataclass(frozen=True, eq=False)
class Preset:
    """A run whose results come with NormLab.

    Attributes:
        slug: of the page or the lesson that shows it.
        question: that it answers.
        expected: the direction, a sentence.
        refuted: what would show it wrong, a sentence.
        source: author, year and where to read it.
        engine: that trains it.
        crossed: the experiments.
    """

    slug: str
    question: str
    expected: str
    refuted: str
    source: str
    engine: str
    crossed: Crossed


@dataclass(frozen=True, eq=False)
class PublishedErrors:
    """Errors that others report by batch size. They are shown beside ours, never among them.

    Attributes:
        what: network, data and how it was measured.
        source: author, year and where to read it.
        batches: images of each worker, over which batch norm takes its statistics.
        errors: by method, shares of 1.
    """

    what: str
    source: str
    batches: tuple[int, ...]
    errors: Mapping[str, tuple[float, ...]]


BATCHES: Final = (2, 4, 8, 16, 32, 64, 128)
COMMON: Final = 32
"""The batch size whose learning rate is chosen; the others' follow in proportion."""
GROUPS: Final = 4
MEMORY_ROWS: Final = 640
"""Rows that the running statistics remember, whatever the batch size: about half of the training rows."""
WIDTHS: Final = MappingProxyType({"conv": 16, "dense": 64})
COMMON_RATES: Final = MappingProxyType({"conv": 0.3, "dense": 0.1})
"""Learning rates at `COMMON` rows at which every method learns."""


def small_batches(
    kind: Literal["conv", "dense"] = "conv", *, rate: float | None = None, epochs: int = 10, seeds: int = 7
) -> Crossed:
    """Return every method with every batch size; all see the same number of rows.

        learning rate = rate * B / 32      steps = epochs * training rows / B      keep = 1 - B / 640

    With the last one, running statistics reach back over the same number of rows: at a fixed `keep`, large batches
    would be tested with what is left of the starting values, and small ones with a handful of rows. A last,
    smaller batch of an epoch is dropped.

    Args:
        kind: of network, "conv" or "dense".
        rate: learning rate at batches of 32; None for one that suits the network.
        epochs: how often the training rows are seen.
        seeds: how many.

    >>> crossed = small_batches("dense", seeds=1)
    >>> crossed.shape, [one.learning_rate for one in crossed.experiments[:3]], crossed.experiments[0].steps
    ((4, 7), [0.00625, 0.0125, 0.025], 6290)
    """
    base = Experiment(
        kind=kind,
        depth=2,
        width=WIDTHS[kind],
        groups=GROUPS,
        last_batch="drop",
        seeds=tuple(range(seeds)),
        points=3,
        record=(),
    )
    rows = epochs * base.train_rows
    common = COMMON_RATES[kind] if rate is None else rate
    return Crossed(
        base,
        {"method": ("none", "batch", "layer", "group"), "batch_size": BATCHES},
        {
            "learning_rate": ("batch_size", tuple(common * size / COMMON for size in BATCHES)),
            "steps": ("batch_size", tuple(max(1, round(rows / size)) for size in BATCHES)),
            "keep": ("batch_size", tuple(1 - size / MEMORY_ROWS for size in BATCHES)),
        },
    )


def _small_batches(kind: Literal["conv", "dense"], engine: str) -> Preset:
    return Preset(
        "small-batches",
        "What does a small batch cost, and whom?",
        "Batch norm loses with small batches: its error rises steeply at 4 and fewer rows, while those of group and "
        "layer norm stay level. The gap between training mode and inference mode falls as the batch grows, about with "
        "the power −1/2.",
        "Batch norm with batches of 2 less than 1 point worse than group norm there.",
        "Wu and He 2018, arXiv:1803.08494",
        engine,
        small_batches(kind),
    )


LADDER_METHODS: Final = ("none", "batch", "layer")
RATES: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SCALES: Final = (0.01, 0.1, 1.0, 10.0, 100.0)


def learning_rates(
    activation: str = "relu", *, depth: int = 5, placement: str = "before", steps: int = 300, seeds: int = 5
) -> Crossed:
    """Return every method with every scale of the first weights and every learning rate.

    >>> learning_rates(steps=100, seeds=1).shape
    (3, 5, 10)
    """
    base = Experiment(
        activation=activation,
        depth=depth,
        placement=placement,
        steps=steps,
        seeds=tuple(range(seeds)),
        points=8,
        record=(),
    )
    return Crossed(base, {"method": LADDER_METHODS, "scale": SCALES, "learning_rate": RATES})


LEARNING_RATES: Final = Preset(
    "learning-rate",
    "Which learning rates work, from which first weights?",
    "Batch norm widens the range of learning rates that work at its upper end, and makes training care little about "
    "the scale of the first weights.",
    "The highest learning rate that works is not higher with batch norm.",
    "Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.3; Bjorck and others 2018, arXiv:1806.02375",
    "numpy",
    learning_rates(),
)


def _inside_shift(activation: str) -> Preset:
    return Preset(
        "shift-inside",
        "Does batch norm calm what a layer sees?",
        " ".join(one.expected for one in INSIDE.values()),
        " ".join(one.refuted for one in INSIDE.values()),
        "; ".join(source for one in INSIDE.values() for source in one.sources),
        "numpy",
        inside_shift(activation),
    )


def _placement_trained(kind: str, engine: str, crossed: Crossed) -> Preset:
    told = TRAINED[kind]
    return Preset(
        "placement-trained",
        "Before or after the activation: does it matter after training?",
        told.expected,
        told.refuted,
        "; ".join(told.sources),
        engine,
        crossed,
    )


FEW_ROWS: Final = Preset(
    "practice",
    "Does a norm keep a network from overfitting?",
    "With few training rows, batch norm has a slightly lower test loss than no norm, because of the noise that its "
    "batches bring; layer norm, which has no such noise, gains less.",
    "A test loss under batch norm whose difference from that without a norm has an interval that is not below 0.",
    "Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.4; Luo and others 2019, arXiv:1809.00846",
    "numpy",
    few_rows(),
)

PRESETS: Final = (
    _small_batches("conv", "keras"),
    _small_batches("dense", "numpy"),
    LEARNING_RATES,
    _inside_shift("sigmoid"),
    _inside_shift("relu"),
    *(_placement_trained("dense", "numpy", dense_placements(name)) for name in ("relu", "sigmoid", "tanh")),
    _placement_trained("transformer", "keras", transformer_placements()),
    FEW_ROWS,
)

WU_HE: Final = PublishedErrors(
    "ResNet-50 on ImageNet, validation error by images per worker",
    "Wu and He 2018, arXiv:1803.08494, table 2",
    (2, 4, 8, 16, 32),
    MappingProxyType({"batch": (0.347, 0.273, 0.248, 0.237, 0.236), "group": (0.241, 0.242, 0.240, 0.242, 0.241)}),
)
