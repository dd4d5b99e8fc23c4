"""Every page of the catalogue in a real browser: nothing from elsewhere, nothing forbidden, nothing cut off."""

from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.serving import serving
from pages.catalogue import PAGES
from tests.browser.conftest import poll, rest

pytestmark = pytest.mark.browser
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CHARTS_DRAWN = """() => [...document.querySelectorAll('.nl-chart')]
  .every(chart => chart.querySelector('.js-plotly-plot .main-svg, .nl-tensor-pair[data-place]'))"""
# Words and numbers in tables that go on in the next line, names from program libraries left out.
BROKEN_WORDS = r"""() => {
  const range = document.createRange();
  const cells = [...document.querySelectorAll('[data-testid=stMarkdownContainer] :is(td, th)')];
  const texts = cells.filter(cell => !cell.closest('[class*=st-key-library_names]')).flatMap(cell => {
    const found = [];
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  });
  return texts.flatMap(text => [...text.data.matchAll(/[\p{L}\p{N}.,−]+/gu)].filter(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
  }).map(word => word[0]));
}"""
# Per position of the range: how tall the words of the title are, and where the figure begins.
POSITIONS = """async () => {
  const input = document.querySelector('.nl-chart-range input');
  const chart = input.closest('.nl-chart');
  const words = document.createRange();
  const found = [];
  for (let at = 0; at <= Number(input.max); at += 1) {
    input.value = at;
    input.dispatchEvent(new Event('input'));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    words.selectNodeContents(chart.querySelector('h2'));
    found.push([words.getBoundingClientRect().height, chart.querySelector('.nl-chart-figure').offsetTop]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def address():
    with serving() as server:
        yield server.url


def visit(page, url):
    page.goto(url)
    settle(page)


def settle(page):
    rest(page)
    poll(page, CHARTS_DRAWN)
    # Streamlit pales what a run has not confirmed yet, and fades it back.
    poll(page, "() => !document.querySelector('[data-stale=true], [data-testid=stSpinner]')")
    poll(page, "() => document.getAnimations().every(one => one.playState !== 'running')")


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.slug or "start")
def test_a_page_asks_nobody_else_and_breaks_no_rule(new_page, address, entry):
    page = new_page(viewport=PHONE, color_scheme="dark")
    foreign, errors = [], []
    host = urlparse(address).netloc
    page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, host) else None)
    page.on("websocket", lambda socket: foreign.append(socket.url) if is_foreign(socket.url, host) else None)
    # Streamlit probes for its base path under the page's own address; those 404s are its habit.
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" and "404" not in m.text else None)
    visit(page, f"{address}/{entry.slug}")
    if page.get_by_text("Run shows it without a guess.").count():
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_role("tab", name="Numbers").wait_for()
        settle(page)
    assert page.locator("h1").inner_text() == entry.question
    looks_right(page)
    # A second visit would load everything again.
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    poll(page, "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === 'light'")
    settle(page)
    looks_right(page)
    assert foreign == []
    assert errors == []


def looks_right(page):
    assert page.locator("[data-testid=stException], [data-testid=stAlertContentError]").count() == 0
    # A chart takes the width of its place once it has been laid out.
    poll(
        page,
        "() => [...document.querySelectorAll('[data-testid=stMain]')].every(m => m.scrollWidth <= m.clientWidth + 1)",
    )
    assert page.evaluate(BROKEN_WORDS) == []
    can_be_used_by_everybody(page)


def can_be_used_by_everybody(page):
    found = [
        f"{violation['id']}: {node['html'][:150]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
    assert found == []


def is_foreign(url, host):
    parts = urlparse(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host


@pytest.mark.parametrize("slug", ["epsilon", "rounding"])
def test_the_range_stays_under_the_finger_when_a_title_takes_another_line(new_page, address, slug):
    page = new_page(viewport=PHONE)
    visit(page, f"{address}/{slug}")
    page.locator(".nl-chart-range input").wait_for()
    poll(page, CHARTS_DRAWN)
    heights, beginnings = (set(seen) for seen in zip(*page.evaluate(POSITIONS), strict=True))
    assert len(heights) > 1
    assert len(beginnings) == 1


def test_a_drag_a_link_and_back(new_page, address):
    page = new_page(viewport=DESKTOP)
    visit(page, f"{address}/min-max")
    title = page.locator(".st-key-mm_chart h2")
    measured = title.inner_text()
    dial = page.locator(".st-key-mm_chart input[type=range]")
    box = dial.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.4 * box["width"], height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, height, steps=12)
    poll(page, "before => document.querySelector('.st-key-mm_chart h2').innerText !== before", measured)
    assert page.evaluate("location.search") == "", "the address waits for the release"
    page.mouse.up()
    poll(page, "() => location.search === '?mm_outlier=10.0'")
    dragged = title.inner_text()
    rest(page)

    other = new_page(viewport=DESKTOP)
    visit(other, page.evaluate("location.href"))
    assert other.locator(".st-key-mm_chart h2").inner_text() == dragged

    page.get_by_role("link", name="Standardization").first.click()
    poll(page, "() => location.pathname === '/standardization'")
    rest(page)
    page.go_back()
    poll(page, "() => location.pathname + location.search === '/min-max?mm_outlier=10.0'")
    poll(page, "wanted => document.querySelector('.st-key-mm_chart h2')?.innerText === wanted", dragged)
    rest(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    poll(page, "() => location.search === ''")
    poll(page, "wanted => document.querySelector('.st-key-mm_chart h2').innerText === wanted", measured)


def test_an_address_below_a_page_leads_to_the_page(new_page, address):
    page = new_page(viewport=DESKTOP)
    visit(page, f"{address}/min-max/extra")
    assert page.evaluate("location.pathname") == "/min-max"


def test_copy_link_copies_the_address(new_page, address):
    page = new_page(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    visit(page, f"{address}/scalers?sc_data=Digits")
    page.get_by_role("button", name="Copy link").click()
    poll(page, "async () => (await navigator.clipboard.readText()) === location.href")
    assert "sc_data=Digits" in page.evaluate("navigator.clipboard.readText()")


def test_a_bad_link_says_what_it_could_not_use(new_page, address):
    page = new_page(viewport=DESKTOP)
    visit(page, f"{address}/min-max?mm_outlier=77&mm_feature=nope")
    said = page.locator("[data-testid=stAlert]").inner_text()
    assert "77" in said
    assert "It goes from 0 to 10" in said
    assert "nope" in said
    assert "proline is used" in said


def test_the_menu_closes_on_a_phone(new_page, address):
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    visit(page, f"{address}/min-max")
    page.get_by_test_id("stExpandSidebarButton").click()
    link = page.get_by_test_id("stSidebar").get_by_role("link", name="Scalers side by side")
    link.click()
    poll(page, "() => location.pathname === '/scalers'")
    poll(page, "() => document.elementFromPoint(100, 400)?.closest('[data-testid=stSidebar]') === null")


def test_ones_own_table_with_the_keyboard_and_the_mouse(new_page, address, tmp_path):
    table = tmp_path / "own.csv"
    rows = ["1,72;80", "1,80;abc", *(f"1,{60 + row};{60 + row}" for row in range(10))]
    table.write_text("\n".join(["height;weight", *rows]) + "\n")
    page = new_page(viewport=DESKTOP)
    visit(page, f"{address}/standardization?st_data=Your+own+CSV")
    page.locator("input[type=file]").set_input_files(table)
    poll(page, "() => document.body.innerText.includes('own.csv: 12 rows, 2 numeric columns')")
    page.get_by_text("1 cell or line to look at").click()
    poll(page, "() => document.body.innerText.includes('Line 3, weight: \"abc\" is not a number')")
    page.get_by_role("button", name="Forget this table").click()
    poll(page, "() => document.body.innerText.includes('Until there is a file, the wines are shown')")
