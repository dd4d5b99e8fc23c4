"""Presenting a lesson in a real browser: by keys, by a link, through reruns, and out again."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.serving import serving
from pages.course import shelf
from tests.browser.conftest import poll, rest

pytestmark = pytest.mark.browser
MARKED = "() => 'nlPresent' in document.documentElement.dataset"
HEADING = ".st-key-lesson_heading h1"
SIZE = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
AT = """step => [...document.querySelectorAll('.st-key-lesson_present *')]
  .some(node => node.shadowRoot?.querySelector('.nl-present-place')?.textContent.startsWith(step + ' /'))"""
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.textContent;
}"""
BAR = """() => {
  const hosts = [...document.querySelectorAll('.st-key-lesson_present *')];
  const bar = hosts.map(node => node.shadowRoot?.querySelector('.nl-present-bar')).find(Boolean);
  const main = document.querySelector('[data-testid=stMain]').getBoundingClientRect();
  return {free: main.bottom <= bar.getBoundingClientRect().top, seen: Number(getComputedStyle(bar).opacity)};
}"""
LESSON = "why-scale-matters"


@pytest.fixture(scope="module")
def address():
    with serving() as server:
        yield server.url


@pytest.fixture
def page(new_page):
    return new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)


def opened(page, url):
    page.goto(url)
    rest(page)
    page.locator(".st-key-lesson_present .nl-present-place").wait_for(state="attached")


def step(page, number):
    poll(page, AT, number)
    rest(page)


def shown(page, selector):
    return page.locator(selector).first.is_visible()


def test_a_lesson_is_presented_by_keys(page, address):
    steps = next(one for one in shelf.lessons() if one.slug == LESSON).steps
    lab = next(
        at for at, one in enumerate(steps, start=1) if any(type(block).__name__ == "Lab" for block in one.blocks)
    )
    opened(page, f"{address}/lesson-{LESSON}")
    assert not page.evaluate(MARKED)
    page.keyboard.press("p")
    poll(page, MARKED)
    poll(page, "() => Boolean(document.fullscreenElement)")
    assert page.evaluate(SIZE) > 17
    for hidden in ("stSidebar", "stHeader"):
        assert not shown(page, f"[data-testid={hidden}]"), hidden
    assert not shown(page, ".st-key-lesson_steps")
    assert page.evaluate(FOCUSED) == steps[0].title
    # On, by every key of a clicker, until there is a laboratory; the mark outlives each run.
    for at, key in zip(range(2, lab + 1), ["ArrowRight", "PageDown", " "] * 10, strict=False):
        page.keyboard.press(key)
        step(page, at)
        assert page.evaluate(MARKED)
    assert page.locator(HEADING).inner_text() == steps[lab - 1].title
    status = page.locator(".st-key-lesson_present [role=status]")
    assert status.inner_text() == f"Step {lab} of {len(steps)}: {steps[lab - 1].title}"
    figure = page.locator(".st-key-lesson .nl-chart").first
    figure.wait_for()
    box = ".st-key-lesson [data-testid=stSelectbox]"
    assert not shown(page, box), "the controls are out of the way"
    page.keyboard.press("c")
    poll(page, "box => document.querySelector(box).checkVisibility()", box)
    page.keyboard.press("c")
    poll(page, "box => !document.querySelector(box).checkVisibility()", box)
    found = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert found == []
    page.keyboard.press("PageUp")
    step(page, lab - 1)
    page.keyboard.press("p")
    poll(page, "() => !('nlPresent' in document.documentElement.dataset) && !document.fullscreenElement")
    assert "present" not in page.evaluate("location.search")
    assert page.evaluate(SIZE) == 16
    assert page.evaluate(FOCUSED) == "Present"
    assert shown(page, "[data-testid=stSidebar]")


def test_a_link_opens_presenting_and_keys_stay_with_what_has_the_focus(page, address):
    opened(page, f"{address}/lesson-{LESSON}?step=2&present=1")
    poll(page, MARKED)
    step(page, 2)
    assert not page.evaluate("() => Boolean(document.fullscreenElement)"), "nobody has pressed anything yet"
    page.evaluate(
        "() => { const field = document.createElement('input'); field.id = 'typed';"
        " document.querySelector('.st-key-lesson').append(field); field.focus(); }"
    )
    page.keyboard.type("pc ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert page.evaluate("() => document.querySelector('#typed').value") == "pc "
    page.wait_for_timeout(200)
    rest(page)
    assert page.evaluate(AT, 2)
    page.evaluate("() => document.querySelector('#typed').remove()")
    # Pressed thrice at once, the third step after it is what is wanted.
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    step(page, 5)
    page.keyboard.press("Escape")
    poll(page, "() => !('nlPresent' in document.documentElement.dataset)")
    assert page.evaluate("location.search") == "?step=5"


def test_another_page_is_not_presented(page, address):
    opened(page, f"{address}/lesson-{LESSON}?present=1")
    poll(page, MARKED)
    page.evaluate("() => document.querySelector('[data-testid=stSidebar] a[href$=glossary]').click()")
    poll(page, "() => location.pathname === '/glossary'")
    poll(page, "() => !('nlPresent' in document.documentElement.dataset)")
    rest(page)
    assert shown(page, "[data-testid=stSidebar]")


def test_the_bar_hides_no_text_and_says_the_keys(page, address):
    opened(page, f"{address}/lesson-{LESSON}?present=1")
    poll(page, f"() => ({BAR})().free")
    page.mouse.move(700, 300)
    poll(page, f"() => ({BAR})().seen === 1")
    poll(page, f"() => ({BAR})().seen === 0")
    leave = page.locator(".nl-present-bar button", has_text="Leave")
    leave.focus()
    poll(page, f"() => ({BAR})().seen === 1")
    page.wait_for_timeout(2500)
    assert page.evaluate(BAR)["seen"] == 1, "what has the focus is seen"
    keys, button = page.locator(".nl-present-keys"), page.get_by_role("button", name="Keys")
    assert not keys.is_visible()
    page.keyboard.press("?")
    assert keys.is_visible()
    assert "Home, End" in keys.inner_text()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.evaluate(FOCUSED) == "Leave"
    found = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert found == []
    page.keyboard.press("Escape")
    assert not keys.is_visible()
    assert page.evaluate(MARKED), "the first Escape closes the list only"
    button.click()
    assert keys.is_visible()
    page.keyboard.press("?")
    assert not keys.is_visible()


def test_the_last_step_leads_to_the_next_lesson_and_the_last_lesson_ends(page, address):
    lessons = shelf.lessons()
    first, following, last = lessons[0], lessons[1], lessons[-1]
    opened(page, f"{address}/lesson-{first.slug}?present=1")
    page.keyboard.press("End")
    step(page, len(first.steps))
    page.keyboard.press("Home")
    step(page, 1)
    page.keyboard.press("End")
    step(page, len(first.steps))
    page.keyboard.press("ArrowRight")
    poll(page, "slug => location.pathname === `/lesson-${slug}`", following.slug)
    step(page, 1)
    poll(page, MARKED)
    poll(page, "() => location.search === '?present=1'")
    poll(page, f"title => ({FOCUSED})() === title", following.title)
    opened(page, f"{address}/lesson-{last.slug}?step={len(last.steps)}&present=1")
    place = page.locator(".nl-present-place")
    assert place.inner_text() == f"{len(last.steps)} / {len(last.steps)} · End"
    page.keyboard.press("ArrowRight")
    rest(page)
    assert page.evaluate("location.pathname") == f"/lesson-{last.slug}"
