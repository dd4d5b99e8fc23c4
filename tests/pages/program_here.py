"""Stands in for the engine of programs where TensorFlow must not be: the NumPy engine, and texts of the same kind."""

from normlib.training import Text
from normlib.training import train as numpy_train
from normlib.training.parameters import layout
from normlib.training.programs import recipe

MADE_BY = "the NumPy engine"


def train(experiments):
    for arm, e in enumerate(experiments):
        yield Text(arm, "program", recipe(e))
        kept = 2 * e.width * sum(e.norms) if e.method == "batch" else 0
        lines = [f"Trainable params: {layout(e).total:,} (0 KB)", f"Non-trainable params: {kept:,} (0 KB)"]
        yield Text(arm, "summary", "\n".join(f" {line}" for line in lines))
    yield from numpy_train(experiments)
    for arm, _ in enumerate(experiments):
        yield Text(arm, "seconds", "1.25")
        yield Text(arm, "output", "Test accuracy: printed\n")
