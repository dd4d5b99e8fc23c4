"""A learner's progress in a real browser: in two tabs, after a reload and a restart, and for nobody else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.serving import free_port, serving
from normlib.store.identity import COOKIE
from tests.browser.conftest import poll, rest

pytestmark = pytest.mark.browser
LESSONS = Path(__file__).parents[1] / "pages" / "lessons"
RIGHT, WRONG = "Yes, the coefficients absorb the scale.", "The coefficients absorb the scale."


def says(page, text):
    poll(page, "text => document.body.innerText.includes(text)", text, seconds=30)
    rest(page)


def answer(page, choice):
    """Choose an answer to the first question of the step and check it."""
    box = page.locator("[class*=st-key-lesson_box_quiz]").first
    box.get_by_text(choice, exact=True).click()
    poll(page, "() => [...document.querySelectorAll('button')].some(b => b.innerText === 'Check' && !b.disabled)")
    rest(page)
    box.get_by_role("button", name="Check").click()


def opened(context, address):
    page = context.new_page()
    page.goto(address)
    return page


def learner_cookie(context):
    (cookie,) = [one for one in context.cookies() if one["name"] == COOKIE]
    return cookie


def test_progress_survives_a_reload_another_tab_and_a_restart(chromium, tmp_path):
    port = free_port()
    url = f"http://localhost:{port}"
    # A step without a laboratory: nothing to draw, nothing to wait for.
    lesson = f"{url}/lesson-every-block?step=3"
    environment = {"NORMLAB_LESSONS": str(LESSONS), "NORMLAB_DATA": str(tmp_path), "DATABASE_URL": ""}
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    with serving(port=port, environment=environment):
        left = opened(context, lesson)
        says(left, "something else")
        cookie = learner_cookie(context)
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Lax"
        assert not left.evaluate("name => document.cookie.includes(name)", COOKIE)
        right = opened(context, lesson)
        says(right, "something else")
        # The second page gets the same one, which from now on lasts as long again.
        again = learner_cookie(context)
        assert again["expires"] > cookie["expires"]
        assert {**again, "expires": 0} == {**cookie, "expires": 0}

        # Both tabs answer the question that neither has seen answered.
        answer(left, "something else")
        says(left, WRONG)
        answer(right, "the same")
        says(right, RIGHT)
        for tab in (left, right):
            tab.goto(lesson)
            says(tab, RIGHT)
        right.close()

    with serving(port=port, environment=environment):
        page = opened(context, url)
        page.get_by_role("button", name="Continue: 90 Every block, step 3").click()
        says(page, RIGHT)
        page.goto(f"{url}/my-progress")
        says(page, "90 Every block: 0 of 3 steps finished, 1 answer, 0 right at first")
        page.get_by_text("90 Every block: 0 of 3").click()
        says(page, "Right in the end, after 2 answers.")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download all of it").click()
        assert '"attempts": 2' in Path(download.value.path()).read_text(encoding="utf-8")

        stranger = chromium.new_context()
        other = opened(stranger, f"{url}/my-progress")
        says(other, "Nothing is kept yet.")
        stranger.close()

        page.get_by_role("button", name="Delete all of it").click()
        page.get_by_role("button", name="Yes, delete").click()
        says(page, "Everything is deleted.")
        page.goto(lesson)
        says(page, "something else")
        assert not page.get_by_text(RIGHT).count()
    context.close()


def test_an_answer_given_while_the_database_is_busy_is_there_after_a_reload_and_kept_later(chromium, tmp_path):
    environment = {"NORMLAB_LESSONS": str(LESSONS), "NORMLAB_DATA": str(tmp_path), "DATABASE_URL": ""}
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    with serving(environment=environment) as server:
        lesson = f"{server.url}/lesson-every-block?step=3"
        page = opened(context, lesson)
        says(page, "something else")
        with closing(sqlite3.connect(tmp_path / "progress.db", timeout=60, isolation_level=None)) as other:
            # Another program writes, and does not come to an end.
            other.execute("BEGIN IMMEDIATE")
            answer(page, "the same")
            says(page, RIGHT)
            page.reload()
            says(page, "Your answers are not being kept just now: the database is busy.")
            says(page, RIGHT)
            assert other.execute("SELECT count(*) FROM normlab_answers").fetchone() == (0,)
            other.execute("ROLLBACK")
        page.goto(f"{server.url}/my-progress")
        says(page, "90 Every block: 0 of 3 steps finished, 1 answer, 1 right at first")
        with closing(sqlite3.connect(tmp_path / "progress.db")) as other:
            assert other.execute("SELECT attempts FROM normlab_answers").fetchall() == [(1,)]
        page.goto(lesson)
        says(page, RIGHT)
        assert not page.get_by_text("not being kept").count()
    context.close()
