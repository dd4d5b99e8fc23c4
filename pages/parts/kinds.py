"""The scalers that pages offer: by kind, with the name that controls and links show."""

from __future__ import annotations

from typing import Final

from normlib.figures.look import SCALERS
from normlib.scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler, Unscaled
from pages.parts.control_kinds import Choice

SCALER_KINDS: Final = {
    "none": Unscaled(),
    "min-max": MinMaxScaler(),
    "standard": StandardScaler(),
    "robust": RobustScaler(),
    "max-abs": MaxAbsScaler(),
}
KIND_OF: Final = {style.name: kind for kind, style in SCALERS.items()}


def scaler_choice(default: str, *kinds: str) -> Choice:
    """Return a control that offers scalers, all of them unless `kinds` says which."""
    return Choice("Scaler", tuple(SCALERS[kind].name for kind in kinds or SCALER_KINDS), SCALERS[default].name)


def spoken(kind: str) -> str:
    """Name a scaler in a sentence.

    >>> spoken("robust"), spoken("standard")
    ('robust scaling', 'standardization')
    """
    return SCALERS[kind].name.lower() + ("" if kind in {"standard", "none"} else " scaling")


def class_name(kind: str) -> str:
    """Return what a program calls the scaler."""
    return type(SCALER_KINDS[kind]).__name__
