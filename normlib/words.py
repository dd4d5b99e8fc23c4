"""Numbers and lists in sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence


def number(value: float, digits: int = 3) -> str:
    """Write a number with `digits` significant digits, thousands apart, and a true minus sign.

    From 100,000 on, the digits beyond are zeros: nobody reads 2,010,248 to the end.

    >>> number(1680.0), number(-0.04567), number(12345.6), number(2010248.0), number(0.0)
    ('1,680', '−0.0457', '12,346', '2,010,000', '0')
    >>> number(2e-14).replace("\\xa0", "~")
    '2~×~10⁻¹⁴'
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    size = int(exponent)
    if size < -4 or size > 9:
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        power = str(size).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa}\u00a0×\u00a010{power}".replace("-", "−")
    decimals = max(digits - 1 - size, 0)
    if size >= 5:
        value = round(value, digits - 1 - size)
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def tex(value: float, digits: int = 3, *, after_sign: bool = False) -> str:
    r"""Write a number inside a formula; after a sign, a negative one stands in brackets.

    >>> print(tex(197000.0), tex(0.228), tex(-9.13e-06))
    1.97 \times 10^{5} 0.228 -9.13 \times 10^{-6}
    """
    mantissa, _, power = f"{value:.{digits}g}".partition("e")
    text = rf"{mantissa} \times 10^{{{int(power)}}}" if power else mantissa
    return f"({text})" if after_sign and value < 0 else text


def percent(share: float) -> str:
    """Write a share as a percentage, with a digit more where a whole number would say too little.

    The space before the sign does not break.

    >>> [percent(share).replace("\\xa0", "~") for share in (0.9977, 0.39, 0.0769, 1.0, 0.00002, 0.0)]
    ['99.8~%', '39~%', '7.7~%', '100~%', 'under 0.1~%', '0~%']
    """
    value = 100 * share
    if 0 < value < 0.05:
        return "under 0.1\xa0%"
    if 99.95 <= value < 100 - 1e-9:
        return "over 99.9\xa0%"
    digits = 1 if abs(value) < 9.95 or 99 < value < 100 else 0
    text = f"{value:.{digits}f}"
    return f"{text.removesuffix('.0')}\xa0%".replace("-", "−")


def count(many: int, one: str, more: str | None = None) -> str:
    """Write how many of something.

    >>> count(1, "wine"), count(1797, "image")
    ('1 wine', '1,797 images')
    """
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """Write a list as in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


# Control characters, and those that turn the direction of all that follows them.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#$~|:&!@]|^[-+=]|(?<=^\d)[.)]|(?<=\bwww)\.")


def plain(text: str) -> str:
    """Keep text from being read as markdown: a column of a learner's file, or a link, may say anything.

    >>> print(plain("cost_in_$ [net]"), plain("dir\\u202eection"))
    cost\\_in\\_\\$ \\[net\\] dir�ection
    """
    text = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    # A space that does not break, as between a number and its sign, stays.
    return _SPECIAL.sub(r"\\\g<0>", " ".join(re.split(r"[^\S\u00a0]+", text.strip())))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a markdown table; every column but the first is aligned to the right.

    A name too long for a phone, as a table of one's own may have, can be broken.

    >>> print(table(["", "mean"], [["proline", "747"]]))
    |  | mean |
    |:--|--:|
    | proline | 747 |
    """
    lines = [head, *rows]
    text = ["| " + " | ".join(_breakable(plain(cell)) for cell in line) + " |" for line in lines]
    text.insert(1, "|:--|" + "--:|" * (len(head) - 1))
    return "\n".join(text)


def _breakable(text: str) -> str:
    return re.sub(r"\w{20,}", lambda name: re.sub(r"(.{10})(?=.)", "\\1\N{ZERO WIDTH SPACE}", name[0]), text)
