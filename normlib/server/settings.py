"""Settings of the web process that come from the environment, read and checked in one place.

Streamlit's own options stay where Streamlit looks for them: `.streamlit/config.toml`, `STREAMLIT_...`
variables and command line flags.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

FRAME_ANCESTORS = "NORMLAB_FRAME_ANCESTORS"

_HOST_SOURCE = re.compile(
    r"""(https?://)?                                  # a scheme narrows the host further
        (\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?          # first label, perhaps after a wildcard
        (\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*
        (:[0-9]{1,5})?""",
    re.VERBOSE | re.IGNORECASE,
)


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names variable, value and remedy."""


@dataclass(frozen=True)
class Settings:
    """What an operator can choose for the web process.

    Args:
        frame_ancestors: sources that may show the pages in a frame, as in the Content-Security-Policy
            directive of that name; empty means nobody.

    >>> Settings.from_environment({}).frame_ancestors
    ()
    >>> Settings.from_environment({"NORMLAB_FRAME_ANCESTORS": "self https://moodle.example.org"}).frame_ancestors
    ("'self'", 'https://moodle.example.org')
    """

    frame_ancestors: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings.

        Args:
            environment: variables by name; the process's own when left out.

        Returns: the checked settings.

        Raises: SettingsError naming the variable, its value and what would be accepted.
        """
        variables = os.environ if environment is None else environment
        return cls(frame_ancestors=_frame_ancestors(variables.get(FRAME_ANCESTORS, "")))


def _frame_ancestors(value: str) -> tuple[str, ...]:
    """Split and check the hosts that may embed the pages."""
    words = value.split()
    if [word.strip("'").lower() for word in words] == ["none"]:
        return ()
    return tuple(_source(word, value) for word in words)


def _source(word: str, value: str) -> str:
    """Return one source as the header needs it."""
    if word.strip("'").lower() == "self":
        return "'self'"
    # A lone * is refused: it would let any page on the web frame the app.
    if not _HOST_SOURCE.fullmatch(word):
        raise SettingsError(
            f"{FRAME_ANCESTORS}={value!r}: {word!r} is not a host that can embed the pages. Write hosts "
            "separated by spaces, such as 'https://moodle.example.org *.example.edu:8443', 'self' for this "
            "server itself, or 'none'."
        )
    return word
