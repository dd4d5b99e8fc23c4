"""The numbers that lessons can call, by topic."""

from normlib.course.values import (
    batch,
    beyond,
    choosing,
    groups,
    inside,
    leaks,
    models,
    one_feature,
    one_sample,
    remembered,
    scaling,
)
from normlib.course.values.registry import Value, ValueCallError, evaluate, names, parse, value

__all__ = [
    "Value",
    "ValueCallError",
    "batch",
    "beyond",
    "choosing",
    "evaluate",
    "groups",
    "inside",
    "leaks",
    "models",
    "names",
    "one_feature",
    "one_sample",
    "parse",
    "remembered",
    "scaling",
    "value",
]
