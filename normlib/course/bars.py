"""A bar chart as a picture file, for the lesson that others begin with."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

WIDTH: Final = 24
HEIGHT: Final = 240
_PAPER: Final = (255, 255, 255)
_BAR: Final = (107, 114, 128)
_AXIS: Final = (31, 41, 55)


def bars_png(shares: ArrayLike) -> bytes:
    """Draw numbers from 0 to 1 as bars.

    Args:
        shares: (C,), each from 0 to 1.

    Returns: a PNG file; a bar is `WIDTH` pixels wide with the gap after it, and `HEIGHT` pixels high at 1.

    Raises: ValueError for a number outside of 0 to 1.

    >>> bars_png([0.25, 1.0])[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    values = np.asarray(shares, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"the bars are {values}; give one number from 0 to 1 for each")
    picture = np.full((HEIGHT + 10, WIDTH * len(values) + 8, 3), _PAPER, dtype=np.uint8)
    for at, value in enumerate(values):
        left = 8 + at * WIDTH
        picture[HEIGHT - round(HEIGHT * value) : HEIGHT, left : left + WIDTH - 8] = _BAR
    picture[HEIGHT : HEIGHT + 2] = _AXIS
    return _png(picture)


def _png(picture: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> bytes:
    """Pack an (H, W, 3) picture: 8 bits per colour, no filter (PNG specification, third edition)."""
    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
