"""How numbers are written in the table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.rows import Budget, Spread


def number(value: float) -> str:
    """Write three digits that count, and no zeros behind them.

    >>> number(2.4812), number(75.04), number(104.3), number(0.97), number(60), number(12345), number(0)
    ('2.48', '75', '104', '0.97', '60', '12,345', '0')
    """
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    # A small share would come out as 1e-05.
    text = f"{value:.6f}" if "e" in text else text
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def ratio(value: float) -> str:
    """Write our time over a peer's.

    >>> ratio(0.0371), ratio(0.16), ratio(0.392), ratio(2.31), ratio(1.0)
    ('1/27', '1/6.2', '0.39', '2.3', '1')
    """
    if 0 < value < 0.2:
        return f"1/{number(float(f'{1 / value:.2g}'))}"
    return number(float(f"{value:.2g}"))


def share(limit: float) -> str:
    """Write how much of a peer's time is allowed.

    >>> share(1 / 25), share(0.25), share(1 / 1.5), share(2.5)
    ('1/25', '1/4', '0.67', '2.5')
    """
    parts = 1 / limit
    return f"1/{parts:.0f}" if parts > 1.5 and math.isclose(parts, round(parts)) else ratio(limit)


def with_unit(text: str, unit: str) -> str:
    """Write a unit behind numbers.

    >>> with_unit("75 / 99", "ms"), with_unit("0", "")
    ('75 / 99 ms', '0')
    """
    return f"{text} {unit}".rstrip()


def joined(texts: Sequence[str]) -> str:
    """Write what several rows have in one cell; once where it is the same.

    >>> joined(["75", "99"]), joined(["met", "met"]), joined(["", ""])
    ('75 / 99', 'met', '')
    """
    if len(set(texts)) == 1:
        return texts[0]
    return " / ".join(text or "–" for text in texts)


def medians(spreads: Sequence[Spread | None], unit: str, *, ranges: bool = True) -> str:
    """Write the medians, and their ranges where there are any and they are wanted.

    >>> medians([Spread(75, 71, 96, 3), Spread(99, 98, 114, 3)], "ms")
    '75 / 99 ms (71 to 96 / 98 to 114)'
    >>> medians([Spread(0, 0, 0, 3)], ""), medians([None], "ms")
    ('0', '')
    """
    if not any(spreads):
        return ""
    middle = " / ".join(number(one.median) if one else "–" for one in spreads)
    texts = [range_of(one) if one else "–" for one in spreads]
    varies = ranges and any(" to " in text for text in texts)
    return with_unit(middle, unit) + (f" ({' / '.join(texts)})" if varies else "")


def range_of(spread: Spread) -> str:
    """Write the range, or the one value where it does not vary as far as can be read.

    >>> range_of(Spread(2.0, 1.0, 3.0, 3)), range_of(Spread(2.481, 2.4805, 2.4812, 3))
    ('1 to 3', '2.48')
    """
    low, high = number(spread.low), number(spread.high)
    return low if low == high else f"{low} to {high}"


def limits(budgets: Sequence[Budget | None], unit: str) -> str:
    """Write one budget of several rows, of which some may have none.

    >>> limits([Budget(80), Budget(150)], "ms"), limits([None, Budget(50, at_least=True)], "fps")
    ('80 / 150 ms', 'at least – / 50 fps')
    >>> limits([Budget(0.04, of="Keras")], "µs"), limits([Budget(1, of="torch"), Budget(2.5, of="torch")], "ms")
    ('1/25 of Keras', '1 / 2.5 × torch')
    """
    first = next(one for one in budgets if one)
    text = joined(["" if one is None else share(one.limit) if one.of else number(one.limit) for one in budgets])
    if first.of:
        return f"{text} of {first.of}" if first.limit < 1 else f"{text} × {first.of}"
    own = with_unit(text, unit)
    return f"at least {own}" if first.at_least else own
