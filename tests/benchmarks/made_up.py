"""Sections and records for the tests of the table."""

from benchmarks.circumstances import Circumstances
from benchmarks.results import Record
from benchmarks.rows import Budget, Measured, Row, Section, Spread

SLOW = "It is slow because the test says so."


def nothing(_repeats):
    return {}


def section(name, *rows, **settings):
    known = {"what": f"what {name} measures", "measure": nothing, "repeats": 3, "takes": 1, "limit": 60}
    return Section(name=name, rows=rows, **{**known, **settings})


FIRST = section(
    "first",
    Row("p50", "release, p50", "ms", (Budget(80),), SLOW),
    Row("p95", "release, p95", "ms", (Budget(150),), SLOW),
    Row("frames", "frames while dragging", "fps", (Budget(50, at_least=True),), SLOW),
    Row("memory", "memory per learner", "kB", (Budget(100),), SLOW),
)
SECOND = section(
    "second",
    Row("step none", "a step, no norm", "µs", (Budget(1 / 25, of="Keras"), Budget(3, of="products")), SLOW),
    Row("step batch", "a step, batch norm", "µs", (Budget(1 / 25, of="Keras"), Budget(3, of="products")), SLOW),
    Row("cold", "first load", "s"),
)


def measured(*values, floor=(), **peers):
    ratios = {name: Spread.of(several) for name, several in peers.items()}
    return Measured(Spread.of(values), Spread.of(floor) if floor else None, ratios)


def circumstances(**told):
    known = {"date": "2031-05-04 12:00", "seconds": 41.5, "cores": 2, "processor": "Some processor"}
    known |= {"load": (0.1, 1.9), "busy": 2.5, "versions": {"python": "3.11.7", "numpy": "2.4.0"}}
    return Circumstances(**{**known, **told})


def record(rows=None, **told):
    failed = told.pop("failed", "")
    return Record(circumstances(**told), rows or {}, failed)
