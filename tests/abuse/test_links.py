"""Links of any kind: each is answered by a page that works, in a few sentences."""

from __future__ import annotations

from tests.abuse.amount import drawn, numbers
from tests.abuse.links import link
from tests.abuse.opening import holds, open_at
from tests.abuse.walk import back


@numbers(120, 2_000)
def test_any_link_is_answered(number, told):
    rng = drawn("link", number)
    address, parameters = link(rng)
    told.append(f"/{address} {parameters!r}"[:20_000])
    app = open_at(address, parameters)
    holds(app, address)
    # What the page remembers of the link does no harm later, nor does the browser's way back to it.
    then = rng.random()
    if then < 0.2:
        holds(app.run(), address)
    elif then < 0.4:
        back(app, parameters)
        holds(app, address)
