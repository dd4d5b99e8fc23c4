"""A step of the NumPy engine against Keras, PyTorch and its own matrix products."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section

METHODS = {"none": "no norm", "batch": "batch norm"}
CAUSES = {
    "none": "Two thirds of a step are its matrix products, so that little more can be saved; on a machine with nothing "
    "else to do `fit` gains more than the engine.",
    "batch": "Arrays of 32 x 64 values are so small that the time goes into calls of NumPy, and batch norm adds more "
    "of them than there are matrix products.",
}
PEERS = {"keras fit": "Keras `fit`", "torch": "PyTorch", "matrix products": "its matrix products"}
BUDGETS = (
    Budget(1 / 25, of=PEERS["keras fit"]),
    Budget(1 / 4, of=PEERS["torch"]),
    Budget(3, of=PEERS["matrix products"]),
)


def measure(repeats: int) -> dict[str, Measured]:
    """Let the engine and its peers take turns."""
    from benchmarks import training
    from benchmarks.turns import against_peers

    return {f"step {method}": against_peers(training.measure(method, repeats), PEERS, scale=1e6) for method in METHODS}


SECTION = Section(
    name="stepping",
    what="a step of one network, dense 4 x 64, batches of 32, 8 networks at once; peers one after the other",
    rows=tuple(
        Row(f"step {method}", f"NumPy engine, a step of a network, {name}", "µs", BUDGETS, CAUSES.get(method, ""))
        for method, name in METHODS.items()
    ),
    measure=measure,
    repeats=7,
    takes=45,
    limit=600,
)
