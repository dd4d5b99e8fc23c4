"""What is the same for every session: made once, where Streamlit makes it anew for each run and each learner.

Without this, the theme takes 0.7 ms of the event loop at every run, and the list of pages 20 kB of every session.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.pages_manager import PagesManager

_STREAMLIT: Final[Any] = app_session
_POPULATE: Final = _STREAMLIT._populate_theme_msg


class AlikePages(PagesManager):
    """The pages that a session knows; sessions that know the same ones share one list of them."""

    _latest: dict[Any, Any] | None = None

    def set_pages_and_resolve(self, pages: dict[Any, Any], fallback_page_hash: str = "") -> Any:
        """Take the pages, in the words of the session that named the same ones before."""
        if pages == AlikePages._latest:
            pages = AlikePages._latest
        else:
            AlikePages._latest = pages
        return super().set_pages_and_resolve(pages, fallback_page_hash)


@cache
def _theme(section: str) -> CustomThemeConfig:
    """Return a section of the theme, as the settings have it."""
    message = CustomThemeConfig()
    _POPULATE(message, section)
    return message


def populate_theme(message: CustomThemeConfig, section: str = "theme") -> None:
    """Write a section of the theme into the message that begins a run."""
    theme = _theme(section)
    # Merging nothing would mark the section as there.
    if theme.ByteSize():
        message.MergeFrom(theme)


def use_alike() -> None:
    """Let Streamlit's sessions share these; calling it again changes nothing."""
    if _STREAMLIT._populate_theme_msg is not populate_theme:
        _STREAMLIT._populate_theme_msg = populate_theme
        # Settings are read again when their file changes.
        config.on_config_parsed(_theme.cache_clear, force_connect=True)
    _STREAMLIT.PagesManager = AlikePages
