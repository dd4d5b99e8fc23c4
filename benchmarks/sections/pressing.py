"""From pressing Run until points are drawn, in a real browser."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread


def measure(repeats: int) -> dict[str, Measured]:
    """Press Run with both engines."""
    from benchmarks import pressed

    plain, first, warm = pressed.measure(repeats)
    return {
        "run numpy": Measured(Spread.of(plain)),
        "run keras first": Measured(Spread.of(first)),
        "run keras warm": Measured(Spread.of(warm)),
    }


SECTION = Section(
    name="pressing",
    what="from pressing Run on /training-curves until points are drawn",
    rows=(
        Row("run numpy", "Run pressed until first points are drawn, NumPy engine", "s", (Budget(0.5),)),
        Row(
            "run keras first",
            "Run pressed until first points are drawn, Keras engine, first time",
            "s",
            (Budget(3),),
            "TensorFlow is loaded into a worker of its own when the first network asks for it, and loading it "
            "takes longer than the budget.",
        ),
        Row("run keras warm", "Run pressed until first points are drawn, Keras engine, warm", "s", (Budget(1),)),
    ),
    measure=measure,
    repeats=3,
    takes=100,
    limit=1800,
)
