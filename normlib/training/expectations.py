"""What was expected of a measurement before it was made, and what would have refuted it, as plain data.

Published numbers stand here too, with whoever measured them. They are shown beside ours, never among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Expectation:
    """What to expect, and from where.

    Attributes:
        expected: the direction, a sentence.
        refuted: what would have shown it wrong, a sentence.
        sources: author, year and where to read it.
    """

    expected: str
    refuted: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """Shares of right answers that others report for one network under three placements of batch norm."""

    network: str
    none: float
    before: float
    after: float


@dataclass(frozen=True)
class PublishedRows:
    """A small table that others report."""

    what: str
    source: str
    rows: tuple[tuple[str, ...], ...]


_IOFFE: Final = "Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.3"
_YANG: Final = "Yang et al. 2019, arXiv:1902.08129"

AT_START: Final = MappingProxyType(
    {
        "placement": Expectation(
            "With sigmoid or tanh and large first weights, a norm before the activation keeps values out of "
            "saturation; one after it cannot.",
            "As many saturated values with the norm before the activation as with the norm after it, at ten times the "
            "usual weights.",
            ("Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2",),
        ),
        "scale": Expectation(
            "Directly behind the weights, batch norm divides their scale out again: the output stays, and the gradient "
            "is divided by the scale.",
            "A power of the scale outside −1 ± 0.01 where epsilon is small beside the variance.",
            (_IOFFE,),
        ),
        "depth": Expectation(
            "Batch norm does not keep gradients stable in depth: without shortcuts they grow from the last layer to "
            "the first by a constant factor per ReLU layer. He's first weights alone keep them level.",
            "A growth under 1.1 per layer under batch norm, or one as large without any norm.",
            (_YANG, "He et al. 2015, arXiv:1502.01852"),
        ),
    }
)

_SANTURKAR: Final = "Santurkar et al. 2018, arXiv:1805.11604"

INSIDE: Final = MappingProxyType(
    {
        "drift": Expectation(
            "With sigmoid units batch norm learns much faster. What leaves it hardly moves, by construction; what "
            "enters it does move. Less movement at its input than without a norm would support the reading of Ioffe "
            "and Szegedy.",
            "That reading: an input that does not drift less than without a norm in 95 % of the seeds.",
            ("Ioffe and Szegedy 2015, arXiv:1502.03167, section 4.1 and figure 1",),
        ),
        "noise": Expectation(
            "Batch norm with noise behind it learns as well as without, better than no norm, and its layers drift more "
            "than without a norm. No norm with the same noise does not learn.",
            "Noisy batch norm not better than no norm.",
            (f"{_SANTURKAR}, section 2.2 and figure 2",),
        ),
        "gradients": Expectation(
            "Batch norm does not make the gradient of a layer agree more with what it is after the step of the layers "
            "before: cosines similar or lower.",
            "A cosine that is clearly higher with batch norm in all layers.",
            (f"{_SANTURKAR}, Definition 2.1 and figure 3",),
        ),
    }
)

TRAINED: Final = MappingProxyType(
    {
        "dense": Expectation(
            "With sigmoid or tanh and ten times the usual first weights, batch norm before the activation gets more "
            "right than after it. With ReLU the two are within 1 point of each other. Each at its own best learning "
            "rate.",
            "Sigmoid or tanh, first weights × 10: an interval of after minus before that is not below 0. ReLU: one "
            "that lies outside ±1 point at any scale.",
            ("Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2",),
        ),
        "transformer": Expectation(
            "Without a warm-up, post-LN bears lower learning rates than pre-LN, the more so the more blocks. Before "
            "the first update, the gradient of the last block's MLP does not depend on the number of blocks under "
            "post-LN, and falls with its square root under pre-LN.",
            "With the most blocks, a range of working learning rates that is not wider under pre-LN.",
            ("Xiong et al. 2020, arXiv:2002.04745",),
        ),
    }
)

PLACEMENTS: Final = (
    Published("CaffeNet, 128 pixels", 0.471, 0.478, 0.499),
    Published("GoogLeNet, 128 pixels", 0.619, 0.607, 0.596),
)
"""ImageNet, after training, one run each, first weights not the same. Source: the file batchnorm.md of the repository
ducha-aiki/caffenet-benchmark (Mishkin et al.)."""

XIONG: Final = PublishedRows(
    "post-LN transformers that translate from German to English (IWSLT14), trained with Adam",
    "Xiong et al. 2020, arXiv:2002.04745",
    (
        ("none", "", "8.45"),
        ("500 updates", "0.0005", "31.16"),
        ("500 updates", "0.001", "2.77"),
        ("longer", "", "about 34"),
    ),
)
"""Warm-up, highest learning rate, BLEU."""
