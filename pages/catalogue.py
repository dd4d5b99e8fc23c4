"""The pages of NormLab, as plain data. The menu, the start page and the tests are made from this list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """One page: its address, the name in the menu, and the question that it answers."""

    slug: str
    title: str
    section: str
    file: str
    question: str
    summary: str

    @property
    def path(self) -> Path:
        """The page's script, absolute."""
        return HERE / self.file


START: Final = Page(
    "",
    "Start here",
    "",
    "start/start.py",
    "What is normalization?",
    "Where to begin, in ten seconds.",
)

PAGES: Final[tuple[Page, ...]] = (
    START,
    Page(
        "min-max",
        "Min-max scaling",
        "Scaling",
        "scaling/min_max.py",
        "What does one outlier do to all the others?",
        "Squeeze a feature into a fixed range, then drag one value away and watch the rest.",
    ),
    Page(
        "standardization",
        "Standardization",
        "Scaling",
        "scaling/standardization.py",
        "What changes when you standardize, and what does not?",
        "Mean 0 and standard deviation 1, but the shape of the data stays as it was.",
    ),
    Page(
        "scalers",
        "Scalers side by side",
        "Scaling",
        "scaling/side_by_side.py",
        "Which scaler copes with an outlier?",
        "Min-max, standardization, robust and max-abs on the same data with the same outlier.",
    ),
    Page(
        "distances",
        "Distances and votes",
        "Scaling",
        "scaling/distances.py",
        "How much does one feature drown the others?",
        "Who owns the distance between two samples, and what a vote among neighbours makes of it.",
    ),
    Page(
        "gradient-descent",
        "Gradient descent",
        "Scaling",
        "scaling/gradient_descent.py",
        "Why do unequal scales slow down learning?",
        "The loss of two features as a landscape, and a path downhill whose step you can drag.",
    ),
    Page(
        "least-squares",
        "Least squares",
        "Scaling",
        "scaling/least_squares.py",
        "Which model does not care?",
        "Least squares gives the same predictions on every scale, to the last digits.",
    ),
    Page(
        "leakage",
        "What leaks?",
        "Scaling",
        "scaling/leakage.py",
        "What leaks from the test rows, and how much?",
        "A scaler fitted on all rows, a feature selection on all rows: two very different mistakes.",
    ),
)


def sections() -> dict[str, list[Page]]:
    """Return the pages by menu section, in menu order."""
    grouped: dict[str, list[Page]] = {}
    for page in PAGES:
        grouped.setdefault(page.section, []).append(page)
    return grouped


def by_slug(slug: str) -> Page:
    """Return the page at an address; raises `KeyError` naming the addresses there are."""
    for page in PAGES:
        if page.slug == slug:
            return page
    known = ", ".join(page.slug or "(start)" for page in PAGES)
    raise KeyError(f"there is no page at {slug!r}; the pages are {known}")
