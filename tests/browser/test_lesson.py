"""A lesson in a real browser: by keyboard from its first step to its last, and handed out with locks."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.serving import serving
from tests.browser.conftest import drawn, poll, rest

pytestmark = pytest.mark.browser
LESSONS = Path(__file__).parents[1] / "pages" / "lessons"
SLUG = "lesson-every-block"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    data = str(tmp_path_factory.mktemp("data"))
    with serving(environment={"NORMLAB_LESSONS": str(LESSONS), "NORMLAB_DATA": data}) as server:
        yield server.url


@pytest.fixture
def context(chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    yield context
    context.close()


def tab_to(page, text, *, most=80):
    """Press Tab until the element with this text, or this label, has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => { const a = document.activeElement;"
            " return [a.matches('button, a') ? a.innerText : '', a.getAttribute('aria-label'),"
            " a.closest('label')?.innerText].join(' ') }"
        )
        if text in label:
            return
    raise AssertionError(f"{most} presses of Tab do not reach “{text}”; the last is {label!r}")


def heading(page, text):
    poll(page, "text => document.querySelector('.st-key-lesson_heading h1')?.innerText === text", text)
    rest(page)


def test_a_whole_lesson_by_keyboard(context, address):
    page = context.new_page()
    page.goto(f"{address}/{SLUG}")
    heading(page, "Every block")
    drawn(page, "di_shares")

    # The prediction: a choice, the commitment, and only then what was measured.
    tab_to(page, "It gets worse")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    poll(page, "() => [...document.querySelectorAll('button')].some(b => b.innerText === 'Commit' && !b.disabled)")
    rest(page)
    assert not page.get_by_text("Measured:").count()
    tab_to(page, "Commit")
    page.keyboard.press("Enter")
    poll(page, "() => document.body.innerText.includes('Your prediction agrees.')")
    rest(page)

    # The next step begins at the top, and the keyboard goes on from its heading.
    tab_to(page, "Next: Boxes")
    page.keyboard.press("Enter")
    heading(page, "Boxes")
    poll(page, "() => document.activeElement.innerText === 'Boxes'")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert page.evaluate("location.search") == "?step=2"
    drawn(page, "mm_chart")

    # A range of a laboratory in the lesson.
    before = page.locator(".nl-chart-range output").inner_text()
    page.locator(".nl-chart-range input").focus()
    page.keyboard.press("ArrowRight")
    poll(page, "() => location.search.includes('mm_outlier=2.2')")
    assert page.locator(".nl-chart-range output").inner_text() != before
    rest(page)

    tab_to(page, "Next: Questions")
    page.keyboard.press("Enter")
    heading(page, "Questions")
    tab_to(page, "Your number")
    page.keyboard.type("5,0")
    page.keyboard.press("Enter")
    poll(page, "() => document.body.innerText.includes('Yes, the root of 25.')")
    rest(page)

    # One step is one entry of the history, whatever was moved meanwhile.
    page.go_back()
    heading(page, "Boxes")
    poll(page, "() => location.search.includes('mm_outlier=2.2')")
    page.go_back()
    heading(page, "Every block")
    page.go_forward()
    heading(page, "Boxes")

    # What was answered is there again after a reload.
    page.goto(f"{address}/{SLUG}")
    poll(page, "() => document.body.innerText.includes('Your prediction agrees.')")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_lesson_is_accessible_and_fits_the_window(chromium, address, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for query, text in (("", "Every block"), ("?step=2&view=instructor", "Boxes"), ("?step=3", "Questions")):
        page.goto(f"{address}/{SLUG}{query}")
        heading(page, text)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth - main.clientWidth") == 0, query
        # What a run has not drawn again yet is pale.
        poll(page, "() => !document.querySelector('[data-stale=true]')")
        page.wait_for_timeout(300)
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in {"serious", "critical"}]
        assert not serious, (query, [(one["id"], one["nodes"][0]["html"][:200]) for one in serious])
        lines = page.evaluate(
            "() => [...document.querySelectorAll('.st-key-lesson [data-testid=stMarkdown] p')].map(p => p.clientWidth /"
            " parseFloat(getComputedStyle(p).fontSize))"
        )
        assert max(lines) <= 37, query
    context.close()


def test_an_instructor_hands_out_a_step_with_locks(chromium, address):
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"], bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{address}/{SLUG}?step=2&view=instructor")
    drawn(page, "mm_chart")
    page.locator(".nl-chart-range input").focus()
    page.keyboard.press("ArrowRight")
    poll(page, "() => location.search.includes('mm_outlier=2.2')")
    rest(page)
    page.locator(".st-key-lesson_hand_out").get_by_role("button", name="Outlier").click()
    poll(page, "() => document.querySelector('.nl-chart-range input')?.disabled")
    rest(page)
    page.get_by_role("button", name="Copy link").click()
    poll(page, "async () => (await navigator.clipboard.readText()).includes('lock=')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "view=" not in link

    other = context.new_page()
    other.goto(link)
    drawn(other, "mm_chart")
    assert other.get_by_text("Fixed here: outlier 2.2 sd above the mean.").count() == 1
    assert other.locator(".nl-chart-range").is_hidden()
    assert not other.get_by_text("Lock for learners").count()
    context.close()
