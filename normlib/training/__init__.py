"""The training laboratory: an experiment goes in, records come out. It needs NumPy and pydantic alone.

Read `experiment` (the settings), `events` (what comes out) and `engine` (the loop) first; then `network` and
`norms`. `draws` holds everything random, so that any other engine can start from the same weights and batches.
"""

from normlib.training.comparison import Comparison
from normlib.training.engine import train
from normlib.training.events import Beat, Engine, Event, Point, Stopped, Text
from normlib.training.experiment import Experiment
from normlib.training.limits import InvalidSettingsError, Problem, problems
from normlib.training.result import Collector, Result, collect

__all__ = [
    "Beat",
    "Collector",
    "Comparison",
    "Engine",
    "Event",
    "Experiment",
    "InvalidSettingsError",
    "Point",
    "Problem",
    "Result",
    "Stopped",
    "Text",
    "collect",
    "problems",
    "train",
]
