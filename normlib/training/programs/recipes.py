"""A program as one keeps it: load, split, scale, build, compile, fit, evaluate."""

from __future__ import annotations

from normlib.training.batches import batches_per_epoch
from normlib.training.experiment import Experiment
from normlib.training.programs.data import NAMES, loaded, standardized
from normlib.training.programs.models import sequential
from normlib.training.programs.sections import Section, written
from normlib.training.programs.transformers import transformer

KINDS = {"dense": "a dense network", "conv": "a convolutional network", "transformer": "a transformer"}
WITH = {
    "batch": "batch normalization",
    "layer": "layer normalization",
    "instance": "instance normalization",
    "group": "group normalization",
    "rms": "RMS normalization",
}


def recipe(experiment: Experiment) -> str:
    """Return a complete Keras program of an experiment, in whole epochs.

    Its split, initial weights and batches are those of scikit-learn and Keras, from the experiment's first seed;
    `exact` writes a program with this laboratory's.

    >>> print(recipe(Experiment(method="batch", data="wine")).splitlines()[0])
    \"""Three wines: a dense network with batch normalization, in Keras.\"""
    """
    e = experiment
    found, rows = loaded(e)
    imports = ["import keras", "from sklearn.model_selection import train_test_split", *found]
    if standardized(e):
        imports.append("from sklearn.preprocessing import StandardScaler")
    if e.last_batch == "drop":
        imports.append("import tensorflow as tf")
    wide = ['keras.config.set_floatx("float64")'] * (e.dtype == "float64")
    seed = e.seeds[0]
    start = Section(
        "Seed",
        "One seed for the initial weights and the order of the batches, so that a second run gives the same.",
        "\n".join([*wide, f"keras.utils.set_random_seed({seed})"]),
    )
    sections = [start, rows, _split(e), _shown(model(e)), _compiled(e), _fitted(e), _evaluated()]
    return written(title(e), imports, sections)


def title(e: Experiment) -> str:
    """Return what a program is about, in a sentence."""
    normed = f" with {WITH[e.method]}" if any(e.norms) else ""
    name = NAMES[e.data]
    return f"{name[0].upper()}{name[1:]}: {KINDS[e.kind]}{normed}, in Keras."


def model(e: Experiment) -> Section:
    """Return the section that makes `model`."""
    return transformer(e) if e.kind == "transformer" else sequential(e)


def epochs(experiment: Experiment) -> int:
    """Return the whole epochs nearest to the steps of an experiment, at least 1.

    >>> epochs(Experiment(steps=90)), epochs(Experiment(steps=0))      # 40 batches per epoch
    (2, 1)
    """
    return max(1, round(experiment.steps / batches_per_epoch(experiment)))


def in_epochs(experiment: Experiment, many: int) -> Experiment:
    """Return an experiment that trains that many epochs with one seed and records the end of each.

    Raises: pydantic.ValidationError when the steps are too many.

    >>> in_epochs(Experiment(), 3).recorded
    (0, 40, 80, 120)
    """
    e = experiment
    return e.but(
        steps=many * batches_per_epoch(e),
        points=many + 1,
        spacing="even",
        seeds=(e.seeds[0],),
        record=(),
        dtype=e.dtype,
    )


def optimizer(e: Experiment, *, exact: bool = False) -> str:
    """Return the call that makes the optimizer.

    Args:
        e: whose optimizer.
        exact: whether its other numbers must keep the digits of float64.
    """
    rate = f"learning_rate={e.learning_rate!r}"  # Keras takes no whole number here

    def number(value: float) -> str:
        return f"np.float64({value!r})" if exact else repr(value)

    match e.optimizer:
        case "adam":
            more = f", beta_1={number(0.9)}, beta_2={number(0.999)}" if exact else ""
            return f"keras.optimizers.Adam({rate}{more})"
        case "momentum":
            return f"keras.optimizers.SGD({rate}, momentum={number(e.momentum)})"
        case _:
            return f"keras.optimizers.SGD({rate})"


def compiled(e: Experiment, *, exact: bool = False) -> str:
    """Return the lines that compile the model."""
    return f"""model.compile(
    optimizer={optimizer(e, exact=exact)},
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)"""


def _split(e: Experiment) -> Section:
    rows = e.size.rows - e.train_rows
    code = f"""x_train, x_test, y_train, y_test = train_test_split(
    x, y, test_size={rows}, stratify=y, random_state={e.seeds[0]}
)"""
    why = f"{rows} of {e.size.rows} rows are kept for the test, with the same share of every class."
    if standardized(e):
        code += """
scaler = StandardScaler().fit(x_train)
x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)"""
        why += " Mean and standard deviation come from the training rows alone."
    return Section("Split and scale" if standardized(e) else "Split", why, code)


def _shown(section: Section) -> Section:
    return section._replace(code=f"{section.code}\nmodel.summary()")


def _compiled(e: Experiment) -> Section:
    return Section("Loss and optimizer", "", compiled(e))


def _fitted(e: Experiment) -> Section:
    why = "The test rows are only watched: nothing is chosen by them."
    shared = f"epochs={epochs(e)}, validation_data=(x_test, y_test), verbose=2"
    if e.last_batch == "drop":
        why += " fit would use the incomplete batch at the end of an epoch too; drop_remainder leaves it out."
        code = f"""train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
train = train.shuffle(len(x_train)).batch({e.batch_size}, drop_remainder=True)
history = model.fit(train, {shared})"""
    else:
        code = f"""history = model.fit(
    x_train, y_train, batch_size={e.batch_size}, epochs={epochs(e)},
    validation_data=(x_test, y_test), verbose=2,
)"""
    return Section("Train", why, code)


def _evaluated() -> Section:
    code = """test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Training accuracy in the last epoch: {history.history['accuracy'][-1]:.1%}")
print(f"Test accuracy: {test_accuracy:.1%}, test loss: {test_loss:.3f}")"""
    return Section("Evaluate", "Inference mode: batch norm would use its running statistics here.", code)
