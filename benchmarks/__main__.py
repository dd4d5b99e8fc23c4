"""The table of budgets with what this machine measures: `make bench`, about half an hour.

    python -m benchmarks [--page min-max] [--learners 300] [--seconds 40]

Each row has a program of its own with more detail: benchmarks.drag, .first_load, .learners, .core, .training
and .presets.
Machines are noisy: compare with the floor and the peers of the same run, and leave the machine alone meanwhile.
"""

import argparse
import os
import statistics

import numpy as np
from playwright.sync_api import sync_playwright

import normlib
from benchmarks import core, drag, first_load, learners, presets, training
from benchmarks.serving import ROOT
from normlib.training.presets import PRESETS

Row = tuple[str, str, str, str]


def moving(page: str) -> list[Row]:
    """Measure dragging and releasing on one page."""
    _, drags, releases = drag.measure(None, page)
    p50, p95 = np.percentile(releases, [50, 95])
    messages = sum(one.messages for one in drags)
    return [
        (f"drag on /{page}", f"{statistics.median(one.per_second for one in drags):.0f} fps", "50 fps or more", ""),
        ("network messages while dragging", str(messages), "0", ""),
        ("release until the new figure, p50 / p95", f"{p50:.0f} / {p95:.0f} ms", "80 / 150 ms", ""),
    ]


def loading(page: str) -> list[Row]:
    """Measure what a first visit and a reload cost."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        visits, _, served = first_load.measure(browser, page, ".main-svg")
        browser.close()
    by_name = {visit.name: visit for visit in visits}
    return [
        ("first load over the wire", f"{by_name['empty cache'].wire_bytes / 1e6:.2f} MB", "2.6 MB", ""),
        ("reload until readable", f"{by_name['reload'].seconds:.2f} s", "1 s", ""),
        ("start command until a page is shown", f"{served:.1f} s", "5 s", ""),
    ]


def crowded(page: str, count: int, seconds: float) -> list[Row]:
    """Send a class to one page, and the same class to the smallest Streamlit page there is."""
    visitors = learners.Class(page=page, count=count, seconds=seconds)
    ours = learners.measure(ROOT / "app.py", visitors, "Warmed up")
    floor = learners.measure(learners.FLOOR, learners.Class(count=count, seconds=seconds))

    def row(what: str, budget: str, text: object) -> Row:
        return what, text(ours), budget, text(floor)  # type: ignore[operator]

    return [
        row(f"{count} learners, a move each 10 s, p50 / p95", "p95 100 ms", lambda one: "{:.0f} / {:.0f} ms".format(
            *1000 * np.percentile(one.moves, [50, 95]))),
        row("errors among them", "0", lambda one: str(len(one.errors))),
        row("server CPU per move", "10 ms", lambda one: f"{1000 * one.cpu_per_move:.1f} ms"),
        row("web process without learners", "200 MB", lambda one: f"{one.memory_alone:.0f} MB"),
        row("memory per learner", "100 kB", lambda one: f"{1e3 * (one.memory_full - one.memory_alone) / count:.0f} kB"),
    ]  # fmt: skip


def computing() -> list[Row]:
    """Measure the forward passes at (32, 64, 56, 56) against the peers that are installed."""
    runs = core.layers((32, 64, 56, 56), channels_last=False)
    rows = []
    for name, peers in runs.items():
        found = core.medians(peers, 9)
        ratios = [f"{peer} {found['ours'] / found[peer]:.2f}" for peer in found if not peer.startswith("ours")]
        rows.append((f"{name}, (32, 64, 56, 56), float32", f"{1e3 * found['ours']:.1f} ms", "", ", ".join(ratios)))
    return rows


def learning() -> list[Row]:
    """Measure a training step against the peers that are installed, and what a learner waits for."""
    rows: list[Row] = []
    for method in ("none", "batch"):
        found = training.measure(method, 5)
        what = f"training step per member, dense 4 x 64, batch 32, norm: {method}"
        ratios = [f"{peer} {found['ours'] / found[peer]:.3g}" for peer in found if peer != "ours"]
        rows.append((what, f"{1e3 * found['ours']:.3f} ms", "", ", ".join(ratios)))
    seeds = f"{training.MEMBERS} seeds, {training.STEPS} steps"
    for kind in training.WHOLE_RUNS:
        whole = training.whole_runs("batch", 1, kind)
        if whole:
            ratios = [f"keras fit {whole[name] / whole['keras fit']:.2g}" for name in ("ours", "ours, again")]
            measured = f"{whole['ours']:.1f} / {whole['ours, again']:.1f} s"
            rows.append((f"Keras engine, {kind}, {seeds}, batch norm, cold / again", measured, "", " / ".join(ratios)))
    first, end = training.comparisons(3)
    what = f"comparison of {len(training.METHODS)} methods, {seeds}, first point / end"
    rows.append((what, f"{first:.2f} / {end:.1f} s", f"{training.WAITING} s", ""))
    return rows


def default_runs() -> list[Row]:
    """Measure the runs that come with NormLab, each once."""
    return [presets.row(number, 1) for number in range(len(PRESETS))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--page", default="min-max")
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=40.0, help="how long the learners move")
    chosen = parser.parse_args()
    print(f"normlib on NumPy {np.__version__}, {os.cpu_count()} cores; {normlib.__name__} core ratios: ours / peer\n")
    print("| what | measured | budget | Streamlit's floor, or our time over a peer's |\n|---|---|---|---|", flush=True)
    for part in (
        lambda: moving(chosen.page),
        lambda: loading(chosen.page),
        lambda: crowded(chosen.page, chosen.learners, chosen.seconds),
        computing,
        learning,
        default_runs,
    ):
        for row in part():
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
