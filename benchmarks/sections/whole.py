"""Whole runs of the Keras engine against Keras' own `fit`, compiling counted."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section

RUNS = {
    "dense none": ("dense, no norm", Budget(1 / 8, of="Keras `fit`")),
    "dense batch": ("dense, batch norm", Budget(1 / 8, of="Keras `fit`")),
    "conv batch": ("two convolutions, batch norm", Budget(1 / 1.5, of="Keras `fit`")),
}


COMPILING = (
    "Tracing and compiling take about four fifths of a run as short as this: the second one of the same structure "
    "takes a fifth of the time."
)


def measure(repeats: int) -> dict[str, Measured]:
    """Let the engine and `fit` take turns, each in a fresh process."""
    from benchmarks import whole_runs
    from benchmarks.turns import against_peers

    found = {}
    for key in RUNS:
        kind, method = key.split()
        taken = whole_runs.measure(method, repeats, kind, ("ours", "keras fit"))
        found[f"whole {key}"] = against_peers(taken, {"keras fit": "Keras `fit`"}, scale=1.0)
    return found


SECTION = Section(
    name="whole",
    what="8 networks of 500 steps from a cold start, TensorFlow loaded; `fit` trains one after the other",
    rows=tuple(
        Row(
            f"whole {key}",
            f"Keras engine, 8 x 500 steps, {what}",
            "s",
            (budget,),
            COMPILING if key.startswith("dense") else "",
        )
        for key, (what, budget) in RUNS.items()
    ),
    measure=measure,
    repeats=2,
    takes=110,
    limit=1200,
)
