import asyncio

import pytest

from benchmarks.learner import Learner


async def opened(site, page):
    async with Learner(site.port, page) as learner:
        await learner.open()
        await learner.move("y")
    return learner


def as_before(site, before):
    """Return a learner with the page of an earlier session on screen, whose server knows nothing of it."""
    after = Learner(site.port, before.page, seed=1, widgets=before.widgets)
    after._states, after._page_hash = before._states, before._page_hash
    return after


def test_a_part_of_a_page_that_a_new_session_does_not_know_is_run_with_the_whole_page(site):
    async def meet():
        before = await opened(site, "part")
        async with as_before(site, before) as after:
            await asyncio.wait_for(after.move("y"), 10)
            return after, next(iter(after._states.values())).double_array_value.data[0]

    after, wanted = asyncio.run(meet())
    assert after.texts == [f"y is {wanted:g}"]
    assert "does not exist anymore" not in site.log()


def test_a_part_of_a_page_that_was_left_brings_nobody_back(site):
    async def meet():
        before = await opened(site, "part")
        async with as_before(site, before) as after:
            there = after._page_hash, dict(after.widgets)
            after.page = ""
            await after.open()
            after._page_hash, after.widgets = there
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(after.move("y"), 1)

    asyncio.run(meet())
    site.wait_for_log("does not exist anymore")
