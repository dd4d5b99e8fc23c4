"""A program that repeats an arm of this laboratory to rounding: its split, initial weights and batches."""

from __future__ import annotations

import textwrap

from normlib.training.batches import batches_per_epoch
from normlib.training.experiment import Experiment
from normlib.training.programs.data import loaded, standardized
from normlib.training.programs.recipes import compiled, model, title
from normlib.training.programs.sections import Section, written

_SD = {
    "he": ("np.sqrt(2 / inputs)", "He: sqrt(2 / inputs)"),
    "xavier": ("np.sqrt(2 / (inputs + outputs))", "Xavier: sqrt(2 / (inputs + outputs))"),
    "normal": ("0.1", "0.1"),
}


def exact(experiment: Experiment, seed: int) -> str:
    """Return a Keras program that trains one seed of an experiment as this laboratory does.

    It prints loss, test loss and test accuracy at the recorded steps.

    Args:
        experiment: any.
        seed: one of its seeds.
    Raises: ValueError for a seed that the experiment does not have, or noise, which no Keras layer makes.

    >>> print(exact(Experiment(data="wine", seeds=[4]), 4).splitlines()[0])
    \"""Three wines: a dense network, in Keras. Seed 4 of NormLab.\"""
    """
    e = experiment
    if seed not in e.seeds:
        raise ValueError(f"The experiment has no seed {seed}: choose one of {', '.join(map(str, e.seeds))}.")
    if e.noise:
        raise ValueError(f"There is no Keras program with noise={e.noise:g} behind the norms: choose noise=0.")
    found, rows = loaded(e)
    imports = ["import keras", "import numpy as np", *found]
    if standardized(e):
        imports.append("from sklearn.preprocessing import StandardScaler")
    sections = [_streams(e, seed), rows, _split(e), model(e), _weights(e), _training(e), _loop(e)]
    return written(f"{title(e)} Seed {seed} of NormLab.", imports, sections)


def _streams(e: Experiment, seed: int) -> Section:
    why = "Every purpose has a stream of random numbers of its own: 1 is the split, 2 are the weights, 3 is the order"
    why += " of the batches in an epoch."
    return Section(
        "Random numbers",
        why,
        f"""keras.config.set_floatx("{e.dtype}")


def stream(*purpose):
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(({seed}, *purpose))))""",
    )


def _split(e: Experiment) -> Section:
    code = f"""rng = stream(1)
marks = (np.arange(len(y) + 1) * {e.train_rows} + rng.integers(len(y))) // len(y)
deck = rng.permutation(len(y))
deck = deck[np.argsort(y[deck], kind="stable")]  # shuffled, then sorted by class
taken = np.zeros(len(y), dtype=bool)
taken[deck] = np.diff(marks) == 1  # every class by its share
train, test = np.flatnonzero(taken), np.flatnonzero(~taken)"""
    why = f"{e.train_rows} of {e.size.rows} rows to train on, each class by its share."
    if standardized(e):
        code += "\nx = StandardScaler().fit(x[train]).transform(x)"
        why += " Mean and standard deviation come from the training rows alone."
    return Section("Split and scale" if standardized(e) else "Split", why, f'{code}\nx = x.astype("{e.dtype}")')


def _weights(e: Experiment) -> Section:
    why = f"Standard normal draws times the standard deviation of the rule, {_SD[e.init][1]}."
    if e.scale != 1:
        why += f" Hidden layers start {e.scale:g} times as large; the last layer does not."
    return Section("Initial weights", why, _blocks(e) if e.kind == "transformer" else _layers(e))


def _layers(e: Experiment) -> str:
    factor = "" if e.scale == 1 else f" * ({e.scale!r} if number < {e.depth} else 1)"
    dense = "keras.layers.Dense"
    kinds = f"keras.layers.Conv2D | {dense}" if e.kind == "conv" else dense
    shape = "inputs, outputs = layer.kernel.shape"
    if e.kind == "conv":
        shape = """*field, channels, units = layer.kernel.shape
    inputs, outputs = np.prod([*field, channels]), np.prod([*field, units])"""
    return f"""layers = [layer for layer in model.layers if isinstance(layer, {kinds})]
for number, layer in enumerate(layers):
    {shape}
    sd = {_SD[e.init][0]}{factor}
    layer.kernel.assign(sd * stream(2, number).standard_normal(layer.kernel.shape))"""


def _blocks(e: Experiment) -> str:
    scale = "" if e.scale == 1 else f", {e.scale!r}"
    return f"""def draw(weights, inputs, outputs, purpose, scale=1.0):
    sd = scale * {_SD[e.init][0]}
    weights.assign(sd * stream(2, *purpose).standard_normal(weights.shape))


layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
attention = [layer for layer in model.layers if isinstance(layer, keras.layers.MultiHeadAttention)]
positions = next(layer for layer in model.layers if isinstance(layer, Positions))
draw(layers[0].kernel, 8, {e.width}, (0, 1){scale})
positions.table.assign(0.02 * stream(2, 0, 2).standard_normal(positions.table.shape))
draw(layers[-1].kernel, {e.width}, {e.size.classes}, (0, 3))
for block in range({e.depth}):
    # Query, key, value and output, each with a bias after it.
    for part, weights in enumerate(attention[block].trainable_variables[::2], 1):
        draw(weights, {e.width}, {e.width}, (block + 1, part){scale})
    draw(layers[2 * block + 1].kernel, {e.width}, {2 * e.width}, (block + 1, 5){scale})
    draw(layers[2 * block + 2].kernel, {2 * e.width}, {e.width}, (block + 1, 6){scale})"""


def _training(e: Experiment) -> Section:
    why = ""
    if e.dtype == "float64" and e.optimizer != "sgd":
        why = "np.float64, because Keras passes settings that are Python floats through float32."
    return Section("Loss and optimizer", why, compiled(e, exact=e.dtype == "float64"))


def _loop(e: Experiment) -> Section:
    digits = 10 if e.dtype == "float64" else 6
    recorded = textwrap.fill(
        ", ".join(map(str, e.recorded)) + ("," if len(e.recorded) == 1 else ""),
        92,
        initial_indent="    ",
        subsequent_indent="    ",
    )
    code = f"""def batch(step):
    epoch, place = divmod(step, {batches_per_epoch(e)})
    order = stream(3, epoch).permutation(len(train))
    return train[order[place * {e.batch_size} : (place + 1) * {e.batch_size}]]


recorded = (
{recorded}
)
print("  step      loss  test loss  test accuracy")
for step in range({e.steps + 1}):
    if step in recorded:
        test_loss, test_accuracy = model.test_on_batch(x[test], y[test])
    rows = batch(step)
    loss, _ = model.train_on_batch(x[rows], y[rows])
    if step in recorded:
        print(f"{{step:6d}} {{loss:.{digits}f}} {{test_loss:.{digits}f}} {{test_accuracy:.4f}}")"""
    why = "The loss is that of the batch before its update; the update after the last record is one too many, and"
    why += " nobody looks at it. Test rows are measured in inference mode."
    return Section("Train", why, code)
