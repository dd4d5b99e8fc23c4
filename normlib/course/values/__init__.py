"""The numbers that lessons can call, by topic."""

from normlib.course.values import scaling
from normlib.course.values.registry import Value, ValueCallError, evaluate, names, parse, value

__all__ = ["Value", "ValueCallError", "evaluate", "names", "parse", "scaling", "value"]
