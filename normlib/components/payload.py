"""Numbers for the browser: a tree of plain values and arrays as one run of bytes.

JSON has no NaN and writes an array as text. Here the tree travels as JSON and every array as raw
little-endian numbers behind it, so the browser gets typed arrays that are views on the message, without
decoding. The layout is

    uint32 length of the JSON | JSON, filled with spaces | arrays, each starting at a multiple of 8 bytes

and an array stands in the JSON as `{"$array": [type, first byte, length of axis 0, length of axis 1, ...]}`,
the byte counted from the first array.
"""

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

_ALIGNMENT = 8  # a Float64Array may only start at a multiple of 8
_BROWSER_INTEGERS = ("i1", "i2", "i4", "u1", "u2", "u4")
_HEADER = struct.Struct("<I")


def pack(tree: object, *, double: bool = False) -> bytes:
    """Turn a tree of mappings, sequences, strings, numbers and arrays into bytes.

    Args:
        tree: nested mappings and sequences; the leaves are strings, numbers, booleans, None or NumPy arrays.
            A number outside of an array that is not finite becomes null.
        double: keep float64 arrays; otherwise they travel as float32, which no screen can tell apart. Arrays that
            are float32 stay so.
    Returns: bytes that `unpack`, and payload.js in the browser, read.
    Raises: TypeError naming the type of a leaf that cannot travel.

    >>> unpack(pack({"y": np.array([1.5, np.nan]), "name": "proline"}))
    {'y': array([1.5, nan], dtype=float32), 'name': 'proline'}
    """
    try:
        # The encoder's own walk through the tree takes a tenth of the time; what is not finite it refuses.
        packing = _Packing(double)
        text = json.dumps(tree, separators=(",", ":"), allow_nan=False, default=packing.noted)
    except (TypeError, ValueError):
        packing = _Packing(double)
        text = json.dumps(packing.plain(tree), separators=(",", ":"), allow_nan=False)
    head = text.encode()
    head += b" " * (-(len(head) + _HEADER.size) % _ALIGNMENT)
    return b"".join([_HEADER.pack(len(head)), head, *packing.arrays])


class _Packing:
    """A tree on its way into bytes. Functions that call themselves would keep its arrays until the next collection.

    Args:
        double: keep float64 arrays.
    """

    def __init__(self, double: bool) -> None:
        self._double = double
        self._place = 0
        self.arrays: list[bytes] = []

    def plain(self, node: object) -> object:
        """Return a part of the tree as JSON can hold it; arrays go to `arrays`, and a note of where they are stays."""
        match node:
            case None | str() | bool() | int():
                result: object = node
            case float():
                result = node if math.isfinite(node) else None
            case Mapping():
                result = {str(key): self.plain(value) for key, value in node.items()}
            case list() | tuple():
                result = [self.plain(item) for item in node]
            case _:
                result = self.plain(self.noted(node))
        return result

    def noted(self, node: object) -> object:
        """Return what stands for a part that JSON does not know."""
        match node:
            case np.ndarray() if node.ndim:
                return self._put(node)
            case np.generic() | np.ndarray():
                return node.item()
            case Mapping():
                return {str(key): value for key, value in node.items()}
            case _ if hasattr(node, "to_plotly_json"):  # a template holds traces as objects, even in a plain layout
                return node.to_plotly_json()
            case _:
                raise TypeError(f"A {type(node).__name__} cannot travel to the browser. Pass numbers, text or arrays.")

    def _put(self, array: np.ndarray) -> object:
        numbers = _for_browser(array, self._double)
        if numbers is None:
            return array.tolist()
        raw = numbers.tobytes()
        padded = raw + b"\0" * (-len(raw) % _ALIGNMENT)
        start, self._place = self._place, self._place + len(padded)
        self.arrays.append(padded)
        return {"$array": [numbers.dtype.str[1:], start, *numbers.shape]}


def unpack(message: bytes) -> Any:
    """Read what `pack` wrote; arrays are read-only views on the message.

    Args:
        message: what `pack` returned.
    Returns: the tree, with NumPy arrays.

    >>> unpack(pack([1, (2.0, None)]))
    [1, [2.0, None]]
    """
    (length,) = _HEADER.unpack_from(message)
    start = _HEADER.size + length

    def array(node: dict[str, Any]) -> Any:
        if node.keys() != {"$array"}:
            return node
        kind, first, *shape = node["$array"]
        flat = np.frombuffer(message, dtype=f"<{kind}", count=math.prod(shape), offset=start + first)
        return flat.reshape(shape)

    return json.loads(message[_HEADER.size : start], object_hook=array)


def _for_browser(array: np.ndarray, double: bool) -> np.ndarray | None:
    """Give the array in a type that browsers have, or None if it does not hold numbers."""
    match array.dtype.kind:
        case "f":
            kind = "f8" if double and array.dtype.itemsize > 4 else "f4"
        case "i" | "u":
            # Browsers have 64-bit integers only as BigInt, which Plotly does not draw.
            ends = [np.min_scalar_type(end) for end in (array.min(), array.max())] if array.size else ["i4"]
            smallest = np.result_type(*ends).str[1:]
            kind = smallest if smallest in _BROWSER_INTEGERS else "f8"
        case _:
            return None
    # float32 ends near 3e38: beyond it a value becomes an infinity, which Plotly leaves out like a gap.
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, dtype=f"<{kind}")
