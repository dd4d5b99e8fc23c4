"""Forward passes of the core against the same layers elsewhere, each on one thread."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section

SHAPE = (32, 64, 56, 56)
LAYERS = {"batch norm": 1.0, "layer norm (sample)": 2.5, "instance norm": 1.0, "group norm": 2.5}
"""How many times PyTorch's time each may take."""
CAUSES = {
    "group norm": "PyTorch's group norm takes a fifth of the time of its batch norm, ours takes as long for both."
}
PEERS = {"keras": "Keras", "torch": "PyTorch", "naive": "NumPy as in a textbook"}


def measure(repeats: int) -> dict[str, Measured]:
    """Let every layer and its peers take turns."""
    from benchmarks import core
    from benchmarks.turns import against_peers, turns

    runs = core.layers(SHAPE, channels_last=False)
    found = {}
    for layer in LAYERS:
        wanted = {name: run for name, run in runs[layer].items() if name in {"ours", *PEERS}}
        found[layer] = against_peers(turns(wanted, repeats), PEERS, scale=1e3)
    return found


SECTION = Section(
    name="passing",
    what=f"forward passes at {SHAPE}, float32, channels first, without gamma and beta",
    rows=tuple(
        Row(layer, f"{layer}, forward", "ms", (Budget(limit, of="PyTorch"),), CAUSES.get(layer, ""))
        for layer, limit in LAYERS.items()
    ),
    measure=measure,
    repeats=11,
    takes=15,
    limit=300,
)
