"""Norm before or after, once trained: what to say of a run, from its numbers."""

from __future__ import annotations

from normlib.intervals import Interval
from normlib.training.placement_trained import AFTER, BEFORE, COMMON, LEVELS, NONE, Placements
from normlib.words import listed, number
from pages.parts.measured import share
from pages.parts.placement_trained import NAMES, STYLES, panel_name, points, where, where_all
from pages.parts.runs import ENDED

UNDECIDED = "No clear difference"


def guesses(kind: str) -> tuple[str, ...]:
    """Return what a learner may expect, of the last panel."""
    return (*(style.name for style in STYLES[kind][1:]), UNDECIDED)


def question(p: Placements) -> str:
    """Ask for a guess."""
    return f"Your guess: which gets more right {where(p, len(p.panels) - 1)}?"


def apart(found: Interval) -> bool:
    """Say whether an interval excludes 0."""
    return not found.low <= 0 <= found.high


def learned(p: Placements, panel: int | None = None) -> bool:
    """Say whether any placement is clearly better than guessing, in one panel or anywhere."""
    panels = range(len(p.panels)) if panel is None else (panel,)
    return any(p.learned(place, one) for place in range(3) for one in panels)


def title(p: Placements) -> str:
    """Say what to see."""
    if not p.ended:
        known = int(p.known.sum())
        return (
            f"{known} of {p.known.size} settings are trained so far" if known else "Will before or after train better?"
        )
    if (p.stopped == p.seeds).all():
        return "Every network stopped: its loss was no longer a number"
    if not learned(p):
        return "Nothing was learned at any learning rate"
    _, before, after = NAMES[p.kind]
    most = max(range(len(p.panels)), key=lambda panel: _weight(p, panel))
    found = p.after_minus_before(most)
    right = (share(float(p.at_best(place, most).mean())) for place in (BEFORE, AFTER))
    if found is None:
        return f"One seed, {_lower(panel_name(p, most))}: {before} gets {next(right)} right, {after} {next(right)}"
    if not apart(found):
        return _title_alike(p)
    return f"{panel_name(p, most)}: {before} gets {next(right)} right, {after} {next(right)}"


def _title_alike(p: Placements) -> str:
    _, before, after = NAMES[p.kind]
    wider = _wider(p)
    if wider is None:
        return f"{capital(before)} and {after}: no difference is detected, each at its best rate"
    more = before if wider[1].mean > 0 else after
    where_wider = panel_name(p, wider[0])
    return f"{where_wider}: no difference is detected at the best rates, but {more} bears more learning rates"


def _weight(p: Placements, panel: int) -> tuple[bool, float]:
    found = p.after_minus_before(panel)
    if found is None:
        return False, abs(float((p.at_best(AFTER, panel) - p.at_best(BEFORE, panel)).mean()))
    return apart(found), abs(found.mean)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def sentence(p: Placements, guess: str | None = None, *, over: bool = True, brief: bool = False) -> str:
    """Answer the question of the page; `brief` with what is clearest."""
    if not p.ended:
        return ENDED if over else "The lines grow while the networks train; nothing is decided before the end."
    if (p.stopped == p.seeds).all():
        return "There is nothing to compare: every learning rate was too high from these first weights."
    if not learned(p):
        return (
            f"The best of all {len(p.rates)} rates gets {share(max(float(p.right.mean(axis=-1).max()), 0.0))} right, and always the same answer "
            f"about {share(1 / p.crossed.base.size.classes)}: train longer, or choose fewer layers or another activation."
        )
    if p.seeds == 1:
        return "One seed cannot say whether a difference is luck: choose more."
    parts = [*_each(p)[:1], *_ranges(p)] if brief else [*_each(p), *_ranges(p), *_misleading(p)]
    return " ".join([*([verdict(p, guess)] if guess else []), *parts]).strip()


def _each(p: Placements) -> list[str]:
    """Say which of before and after is ahead in each panel, those that are told apart first."""
    _, before, after = NAMES[p.kind]
    told, alike, nothing = [], [], []
    for panel in range(len(p.panels)):
        found = p.after_minus_before(panel)
        if not learned(p, panel):
            nothing.append(panel)
        elif found is not None and apart(found):
            first, second = (after, before) if found.mean > 0 else (before, after)
            low, high = sorted((abs(found.low), abs(found.high)))
            told.append(
                f"{where(p, panel)} {first} gets {points(abs(found.mean))} points more right than {second} "
                f"(95 % interval {points(low)} to {points(high)})"
            )
        elif found is not None:
            alike.append((panel, f"{points(found.mean)}, {points(found.low)} to {points(found.high)}"))
    said = [f"Each at its own best learning rate, over {p.seeds} seeds: {'; '.join(told)}."] if told else []
    if alike:
        places, spans = zip(*alike, strict=True)
        begin = (
            capital(where_all(p, places))
            if told
            else f"Each at its own best learning rate, over {p.seeds} seeds, {where_all(p, places)}"
        )
        said.append(
            f"{begin} a difference is not detected at this scale ({after} − {before} in points, with 95 % interval: {'; '.join(spans)})."
        )
    if nothing:
        said.append(f"{capital(where_all(p, nothing))} nothing was learned.")
    return said


def _wider(p: Placements) -> tuple[int, Interval] | None:
    """Return the panel whose ranges of working rates differ most, of those that are told apart by that alone."""
    found = []
    for panel in range(len(p.panels)):
        own, wider = p.after_minus_before(panel), p.wider(panel)
        if own is not None and wider is not None and apart(wider) and not apart(own):
            found.append((panel, wider))
    return max(found, key=lambda one: abs(one[1].mean), default=None)


def _ranges(p: Placements) -> list[str]:
    """Say where more learning rates work on one side, though the best ones are not told apart."""
    found = _wider(p)
    if found is None:
        return []
    panel, wider = found
    more, fewer = (BEFORE, AFTER) if wider.mean > 0 else (AFTER, BEFORE)
    low, high = sorted((abs(wider.low), abs(wider.high)))
    return [
        f"{capital(where(p, panel))} the learning rates that get {share(LEVELS[p.kind])} right span {number(abs(wider.mean), 2)} decades "
        f"more {_under(p, more)} than {_under(p, fewer)} (95 % interval {number(low, 2)} to {number(high, 2)})."
    ]


def _under(p: Placements, place: int) -> str:
    return f"under {NAMES[p.kind][place]}" if p.kind == "transformer" else f"with the norm {NAMES[p.kind][place]}"


def _misleading(p: Placements) -> list[str]:
    """Say where one rate for all would have given another answer."""
    _, before, after = NAMES[p.kind]
    told = []
    for panel in range(len(p.panels)):
        own, common = p.after_minus_before(panel), p.after_minus_before(panel, common=True)
        if own is None or common is None or not apart(common):
            continue
        if not apart(own) or (own.mean > 0) != (common.mean > 0):
            first = after if common.mean > 0 else before
            told.append(f"{first} ahead by {points(abs(common.mean))} points {where(p, panel)}")
    if not told:
        return []
    return [f"One rate for all, {COMMON[p.kind]:g} (dotted), would have put {listed(told)}."]


def verdict(p: Placements, guess: str) -> str:
    """Say what became of a guess about the last panel."""
    last = len(p.panels) - 1
    found = p.after_minus_before(last)
    if found is None or guess not in guesses(p.kind):
        return ""
    if guess == UNDECIDED:
        return (
            f"You expected a clear difference nowhere {where(p, last)}, but there is one."
            if apart(found)
            else f"You expected no clear difference {where(p, last)}, and none was found."
        )
    place = guesses(p.kind).index(guess) + 1
    name = NAMES[p.kind][place]
    if not apart(found):
        return f"You expected {name} to get more right {where(p, last)}; these seeds do not show it."
    ahead = AFTER if found.mean > 0 else BEFORE
    return f"You expected {name} to get more right {where(p, last)}, and it does{'' if ahead == place else ' not'}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def without(p: Placements) -> str:
    """Say what no norm gets right at its best rates."""
    told = []
    for panel in range(len(p.panels)):
        if p.all_stopped(NONE, panel):
            told.append(f"stops at every rate {where(p, panel)}")
        elif not p.learned(NONE, panel):
            told.append(f"learns nothing at any rate {where(p, panel)}")
        else:
            told.append(f"gets {share(float(p.at_best(NONE, panel).mean()))} right at its best rate {where(p, panel)}")
    return f"A network without a norm {listed(told)}."
