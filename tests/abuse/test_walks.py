"""Random walks over every page: whatever is moved, the page stands, and its address leads back to it."""

from __future__ import annotations

import pytest

from pages.catalogue import LABORATORIES, PAGES
from tests.abuse.amount import FULL, drawn
from tests.abuse.opening import addresses, holds, open_at, survives
from tests.abuse.walk import address_of, back, bound, leave_and_return, move, state
from tests.pages.opened import TRAINING, charts

MOVES = 300 if FULL else 2


@pytest.mark.parametrize("address", addresses() if FULL else [page.slug for page in PAGES])
def test_a_walk(address, told, ada, store):
    rng = drawn(f"walk {address}", 0)
    app = open_at(address)
    told.append(f"/{address}")
    been = [(address_of(app), state(app))]
    for _ in range(MOVES):
        told.append(move(app, rng))
        if has_own_table(app):
            survives(app)
            continue
        holds(app, address)
        way = rng.random()
        if address in LABORATORIES:
            been.append((address_of(app), state(app)))
            if way < 0.3 or not FULL:
                reads_back(app, address, told, defaults=rng.random() < 0.3)
            elif way < 0.4:
                link, there = rng.choice(been)
                told.append(f"back to {link}")
                back(app, link)
                holds(app, address)
                agree(state(app), there, address)
            elif way < 0.45:
                link, there = rng.choice(been)
                told.append(f"away and back to {link}")
                # What the link leaves out stays as it was left, so that a way through the menu loses nothing.
                leave_and_return(app, address, rng.choice(addresses()), link)
                holds(app, address)
                reads_back(app, address, told, defaults=False)
            elif way < 0.5:
                app = locked(app, address, rng, told)


def reads_back(app, address, told, *, defaults):
    """Assert that who opens the address sees the same."""
    link = address_of(app, defaults=defaults)
    told.append(f"opened anew at {link}")
    other = open_at(address, link)
    holds(other, address)
    assert not [one.value for one in other.warning if "The link" in one.value]
    agree(state(other), state(app), address)
    if address not in TRAINING:
        assert [(one["title"], one["sentence"]) for one in charts(other)] == [
            (one["title"], one["sentence"]) for one in charts(app)
        ]


def locked(app, address, rng, told):
    """Open the address with locks, and assert that what is locked stays while the rest moves."""
    names = [name.partition("_")[2] for name in state(app)]
    locks = rng.sample(names, rng.randrange(len(names) + 1))
    link = {**address_of(app), "lock": ",".join(locks)}
    told.append(f"opened anew with {link}")
    other = open_at(address, link)
    holds(other, address)
    before = state(other)
    agree(before, state(app), address)
    for _ in range(3):
        told.append(move(other, rng))
        holds(other, address)
        for one in bound(other):
            name = one.proto.query_param_key
            # A feature that the other data set does not have cannot stay, and is not remembered.
            if before.get(name) not in getattr(one, "options", [before.get(name)]):
                before[name] = one.value
            if name.partition("_")[2] in locks:
                assert (one.disabled, one.value) == (True, before[name]), name
    return other


def agree(one, other, address):
    """Assert that two views have the same controls with the same values; some come with the results of a run."""
    both = one.keys() & other.keys() if address in TRAINING else one.keys() | other.keys()
    assert {name: one.get(name) for name in both} == {name: other.get(name) for name in both}


def has_own_table(app):
    """Say whether there is a file, which no link brings along, or the answer to one."""
    return bool(app.main.get("file_uploader"))
