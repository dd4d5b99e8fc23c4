"""Move over the values of a tensor view with a real mouse, then with the keys, and count as `benchmarks.drag` does.

python -m benchmarks.point --page axes --view ax_view
"""

from __future__ import annotations

import argparse
import math

from playwright.sync_api import Page

from benchmarks.recording import STEPS, Drag, opened, ready, recorded, summary


def point(page: Page, key: str, messages: list[str]) -> Drag:
    """Move the mouse over the values of a tensor view, through both grids and across their edges."""
    box = page.locator(f".st-key-{key} .nl-tensor-pair").bounding_box()
    if box is None:
        raise RuntimeError(f"{key!r} has no tensor view that can be seen.")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    return recorded(
        page,
        key,
        messages,
        lambda part: page.mouse.move(
            box["x"] + box["width"] * (0.5 - 0.48 * math.cos(4 * math.pi * part)),
            box["y"] + box["height"] * (0.55 - 0.35 * math.cos(14 * math.pi * part)),
        ),
    )


def press(page: Page, key: str, messages: list[str]) -> Drag:
    """Walk over the values of a tensor view with the arrow keys."""
    page.locator(f".st-key-{key} .nl-tensor-pair").focus()
    turns = ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "ArrowLeft", "Shift+ArrowLeft")
    steps = iter(range(STEPS))
    return recorded(page, key, messages, lambda _: page.keyboard.press(turns[next(steps) % len(turns)]))


def measure(url: str | None, path: str, key: str, *, turns: int = 3) -> tuple[list[Drag], list[Drag]]:
    """Move over the values of a tensor view with the mouse, then with the keys, in Chromium.

    Args:
        url: address of a running server; the app is started when there is none.
        path: path of the page.
        key: of the view.
        turns: how often.
    Returns: what the mouse cost, and what the keys cost.
    """
    with opened(url, path) as (page, messages):
        ready(page, key)
        mouse = [point(page, key, messages) for _ in range(turns)]
        return mouse, [press(page, key, messages) for _ in range(turns)]


def main() -> None:
    """Measure one view and print what moving cost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="address of a running server; left out, app.py is started")
    parser.add_argument("--page", default="axes", help="path of the page (default: %(default)s)")
    parser.add_argument("--view", default="ax_view", help="key of the view (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=3)
    chosen = parser.parse_args()
    mouse, keys = measure(chosen.url, chosen.page, chosen.view, turns=chosen.turns)
    print(summary("pointing", mouse))
    print(summary("pressing keys", keys))


if __name__ == "__main__":
    main()
