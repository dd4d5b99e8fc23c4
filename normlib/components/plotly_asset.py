"""Where the browser finds plotly.js: the file that plotly.py carries, under a URL that names its version."""

import re
from functools import cache
from pathlib import Path

import plotly


@cache
def plotly_file() -> Path:
    """Give the plotly.min.js that comes with the installed plotly package.

    Returns: path of an existing file.
    Raises: FileNotFoundError naming the path, when the package came without it.

    >>> plotly_file().name
    'plotly.min.js'
    """
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist. Install plotly again: pip install --force-reinstall plotly.")
    return path


@cache
def plotly_version() -> str:
    """Read the version of plotly.js from the banner of its file.

    Returns: three numbers, as `"4.1.1"`; it is not the version of the Python package.
    Raises: ValueError with the start of the file, when there is no such banner.

    >>> plotly_version().count(".")
    2
    """
    with plotly_file().open(encoding="utf-8") as file:
        banner = file.read(200)
    found = re.search(r"plotly\.js v(\d+\.\d+\.\d+)", banner)
    if found is None:
        raise ValueError(f"{plotly_file()} starts with {banner[:60]!r}: expected a banner with 'plotly.js v4.1.1'.")
    return found[1]


PLOTLY_URL = f"/lab/plotly-{plotly_version()}.min.js"
"""Path on our own server. A new version is a new URL, so browsers may keep the file for ever."""
