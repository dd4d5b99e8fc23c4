"""Batches drawn from a layer's activations: what pages offer, and what was measured, once per process for each choice.

A page's own script is new in every run, so what is worth keeping stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.batch_mates import Mates, with_mates
from normlib.batch_noise import BatchNoise, batch_noise, batch_outputs
from normlib.conventions import Convention
from normlib.figures.batch_cloud import output_shares
from normlib.figures.drawn import Drawn
from normlib.figures.running_history import history_figure
from normlib.population import Population, population
from normlib.running_history import RunningHistory, running_history
from normlib.words import count
from pages.parts.control_kinds import Choice
from pages.parts.controls import Panel

SIZES: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
DRAWS: Final = 400

MATE_DRAWS: Final = 41
WHO: Final = ("Any digit", "The same digit", "Other digits")

STEP, STEPS = 3, 501
POSITIONS: Final = np.arange(0, STEPS + 1, STEP)
AS_SET: Final = "as the library sets it"

LAYERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Dense layer": "dense",
        "Feature maps of digits": "digits",
        "Feature maps of photographs": "photographs",
    }
)
LAYER: Final = Choice("Layer", tuple(LAYERS), "Dense layer")
CHANNEL: Final = Choice("Unit or channel", ("unit 0",), "unit 0", help="Batch norm treats each of them on its own.")


def choose_channel(panel: Panel, layer: str, name: str = "channel") -> str:
    """Draw the choice of one channel of a layer and return its name."""
    return panel.choice(name, population(layer).channels)


@lru_cache(maxsize=32)
def noise_of(layer: str, channel: str) -> BatchNoise:
    """Return random batches of all `SIZES` of one channel."""
    return batch_noise(population(layer).channel(channel), SIZES, draws=DRAWS)


@lru_cache(maxsize=32)
def shares_of(layer: str, channel: str) -> NDArray[np.float64]:
    """Return the histograms of what batch norm makes of these batches."""
    return output_shares(population(layer).channel(channel), noise_of(layer, channel))


@dataclass(frozen=True, eq=False)
class View:
    """One channel of a layer, and its random batches of all `SIZES`."""

    layer: Population
    channel: str

    @property
    def noise(self) -> BatchNoise:
        """Random batches of all sizes."""
        return noise_of(self.layer.name, self.channel)

    @property
    def sigma(self) -> float:
        """Standard deviation of all values."""
        return float(np.sqrt(self.noise.variance))

    def samples(self, many: int) -> str:
        """Write a number of samples."""
        return count(many, self.layer.sample)

    def values(self, at: int) -> int:
        """Values behind each mean at one size: m."""
        return SIZES[at] * self.noise.positions

    def spread(self, at: int) -> tuple[float, float]:
        """Standard deviation of the batch mean, measured and by theory, in standard deviations of all."""
        return float(self.noise.means[at].std()) / self.sigma, float(self.noise.expected_spread[at]) / self.sigma

    def std_spread(self, at: int) -> float:
        """Standard deviation of the batch's standard deviation, in standard deviations of all."""
        return float(np.sqrt(self.noise.variances[at]).std()) / self.sigma

    def kept(self, at: int) -> tuple[float, float]:
        """Mean batch variance, measured and by theory, as shares of the variance of all."""
        noise = self.noise
        return float(noise.variances[at].mean()) / noise.variance, float(noise.expected_variance[at]) / noise.variance


@lru_cache(maxsize=32)
def near_one(layer: str, channel: str) -> float:
    """Return which share of the outputs lies within 0.05 of ±1 in batches of two."""
    outputs = batch_outputs(population(layer).channel(channel), noise_of(layer, channel).order[:, :2])
    return float((np.abs(np.abs(outputs) - 1) < 0.05).mean())


def sample_of(layer: Population, digit: str) -> int:
    """Return the first image of a digit."""
    return layer.labels.index(digit)


def position_of(layer: Population) -> int:
    """Return the pixel that is looked at: the one in the middle, or the only one."""
    side = int(np.sqrt(layer.x.shape[1]))
    return side // 2 * side + side // 2 if side > 1 else 0


@lru_cache(maxsize=64)
def mates_of(name: str, digit: str, size: int, who: str) -> Mates:
    """Return the outputs of the first image of a digit in batches with other mates."""
    layer = population(name)
    labels = np.array(layer.labels)
    among = dict(zip(WHO, (None, np.flatnonzero(labels == digit), np.flatnonzero(labels != digit)), strict=True))[who]
    return with_mates(
        layer.x, sample_of(layer, digit), size, among=among, position=position_of(layer), draws=MATE_DRAWS
    )


def with_keep(convention: Convention, keep: str) -> Convention:
    """Return a convention with another weight of the old value, in its own meaning of momentum."""
    if keep == AS_SET:
        return convention
    weight = float(keep)
    momentum = weight if convention.momentum_weighs == "old" else round(1 - weight, 6)
    return replace(convention, momentum=momentum)


@lru_cache(maxsize=32)
def batches_for_updates(layer: str, channel: str, size: int) -> BatchNoise:
    """Return one random batch for every update."""
    return batch_noise(population(layer).channel(channel), [size], draws=STEPS)


@lru_cache(maxsize=64)
def history_of(layer: str, channel: str, size: int, convention: Convention) -> RunningHistory:
    """Return the running statistics over all updates."""
    return running_history(batches_for_updates(layer, channel, size), convention)


@lru_cache(maxsize=32)
def picture_of_history(layer: str, channel: str, size: int, convention: Convention, at: int) -> Drawn:
    """Return the figure at one position of the dial."""
    history = history_of(layer, channel, size, convention)
    return history_figure(history, population(layer).channel(channel), POSITIONS, at)
