"""Runs over a grid of settings: made and checked once per process for each choice, and shared by all who ask for it.

A grid holds up to 150 experiments and takes 500 kB, of each session that has asked for a run unless sessions share it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from normlib.training import inside_shift as inside
from normlib.training import placement_trained as placements
from normlib.training import presets

_kept: Final = lru_cache(maxsize=8)

learning_rates: Final = _kept(presets.learning_rates)
small_batches: Final = _kept(presets.small_batches)
inside_shift: Final = _kept(inside.inside_shift)
dense_placements: Final = _kept(placements.dense_placements)
transformer_placements: Final = _kept(placements.transformer_placements)
