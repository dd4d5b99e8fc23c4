"""The tensor view in a real browser: its arithmetic is the core's, and the chosen value stays in the address."""

import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

import normlib
from benchmarks.serving import serving
from normlib.activations import activations
from normlib.regions import regions
from tests.browser.conftest import poll, rest

pytestmark = pytest.mark.browser
APP = Path(__file__).parent / "tensor_app" / "server.py"
PAIR = ".nl-tensor-pair"
MODULES = "/_stcore/bidi-components/normlib.tensor_view"


@pytest.fixture(scope="module")
def address():
    with serving(APP) as server:
        yield server.url


@pytest.fixture
def open_page(new_page, address):
    def opened(query="", *, viewport=(1100, 1000), **options):
        page = new_page(viewport={"width": viewport[0], "height": viewport[1]}, **options)
        page.messages = []
        page.on("websocket", lambda socket: listen(socket, page.messages))
        page.goto(f"{address}/?{query}")
        shown(page)
        return page

    return opened


def listen(socket, messages):
    socket.on("framesent", lambda _: messages.append("sent"))
    socket.on("framereceived", lambda _: messages.append("received"))


def shown(page):
    poll(page, f"() => Boolean(document.querySelector('{PAIR}[data-place]'))")
    rest(page)


def frame(page):
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def place(page):
    """What is pointed at, counted from 0."""
    return tuple(int(part) - 1 for part in page.locator(PAIR).get_attribute("data-place").split("."))


def lines(page):
    """The lines of the arithmetic: name, work, value."""
    rows = page.evaluate(
        "() => [...document.querySelectorAll('.nl-tensor-lines tr')]"
        ".map(row => [...row.children].map(c => c.innerText))"
    )
    return [row for row in rows if row[0]]


def shared(page):
    return page.locator(".nl-tensor-shared .nl-tensor-words").inner_text().replace("\xa0", " ")


def table(page):
    rows = page.evaluate(
        "() => [...document.querySelectorAll('.nl-tensor-shared tbody tr')]"
        ".map(row => [...row.children].map(c => c.innerText))"
    )
    return {row[0]: row[1:] for row in rows}


def number(text):
    """Read a number as the page writes it."""
    text = text.replace("\u2009", "").replace("−", "-").replace("×10", "e")
    return float(text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def digits(value, many=6):
    """A number at the precision that is shown."""
    return float(f"{value:.{many - 1}e}")


POINTS = [(0.03, 0.04), (0.2, 0.9), (0.37, 0.31), (0.5, 0.5), (0.71, 0.08), (0.93, 0.77), (0.96, 0.97)]


def visit(page, grid, part):
    """Move the mouse over a part of a grid's maps."""
    canvas = page.locator(".nl-tensor-over").nth(grid)
    box = canvas.bounding_box()
    left, top, low = 46 if grid == 0 else 4, 34, 34
    page.mouse.move(
        box["x"] + left + part[0] * (box["width"] - left - 4), box["y"] + top + part[1] * (box["height"] - top - low)
    )
    frame(page)


LAYERS = {
    "batch": normlib.batch_norm,
    "instance": normlib.instance_norm,
    "group": lambda x, **given: normlib.group_norm(x, 3, **given),
    "layer H, W, C": lambda x, **given: normlib.layer_norm(x, axes=(1, 2, 3), **given),
    "layer C": lambda x, **given: normlib.layer_norm(x, axes=(3,), **given),
    "layer W, C": lambda x, **given: normlib.layer_norm(x, axes=(2, 3), **given),
    "rms H, W, C": lambda x, **given: normlib.rms_norm(x, axes=(1, 2, 3), **given),
    "rms C": lambda x, **given: normlib.rms_norm(x, axes=(3,), **given),
}
CASES = [
    *[("digits", name, "per channel") for name in ("batch", "instance", "group")],
    *[("digits", name, "per element") for name in LAYERS if " " in name],
    *[("photographs", name, "none") for name in ("batch", "group", "layer C")],
    *[("dense", name, "none") for name in ("batch", "group", "layer H, W, C", "rms C")],
]


@pytest.mark.parametrize(("data", "name", "affine"), CASES)
def test_every_line_is_what_the_core_computes(open_page, data, name, affine):
    method, _, axes = name.partition(" ")
    axes = axes or "H, W, C"
    page = open_page(f"ax_data={data}&ax_method={method}&ax_axes={axes}&ax_groups=3&ax_affine={affine}")
    x = activations(data).x.astype(np.float64)
    given = {}
    if affine != "none":
        draw = np.random.default_rng(1)
        chosen = ["NHWC".index(letter) for letter in axes.split(", ")]
        shape = tuple(x.shape[a] for a in chosen) if method in ("layer", "rms") else (x.shape[3],)
        given["gamma"] = draw.uniform(0.5, 1.5, shape)
        if method != "rms":
            given["beta"] = draw.normal(0, 1, shape)
    result = LAYERS[name](x, **given)
    found = regions(result)
    places = set()
    for grid in (0, 1):
        for part in POINTS:
            visit(page, grid, part)
            at = place(page)
            places.add(at)
            marked = np.zeros(x.shape, bool)
            marked[found.box(at)] = True
            mean = 0.0 if method == "rms" else x[marked].mean()
            variance = np.mean((x[marked] - mean) ** 2)
            values = [number(value) for *_, value in lines(page)]
            root = np.sqrt(variance + result.eps)
            expected = [x[at], x[at] - mean, root, (x[at] - mean) / root, result.output[at]]
            # The last step is the core's own number to the last digit; the others follow from NumPy's mean.
            assert values[-1] == digits(result.output[at]), (at, lines(page))
            np.testing.assert_allclose(values, expected, rtol=6e-6, atol=1e-12, err_msg=str(at))
            assert shared(page).endswith(f": {marked.sum():,} {'value' if marked.sum() == 1 else 'values'}")
            rows = table(page)
            shown = [rows["mean"][0], rows["sd"][0], rows["mean"][1], rows["sd"][1]]
            after = result.output[marked]
            np.testing.assert_allclose(
                [number(text) for text in shown],
                [x[marked].mean(), x[marked].std(), after.mean(), after.std()],
                rtol=6e-4,
                atol=1e-7,
            )
    assert len(places) >= len(POINTS)


def test_without_normalization_it_says_that_nothing_is_done(open_page):
    page = open_page("ax_method=none&ax_at=2.3.4.1")
    value = activations("digits").x[1, 2, 3, 0]
    assert [line[0] for line in lines(page)] == ["x", "nothing is done"]
    assert number(lines(page)[1][2]) == digits(value)
    assert shared(page) == "Nothing: every value stays as it is."


WORDS = {
    "ax_method=batch": "channel “edge down” in all 6 samples: 384 values",
    "ax_method=layer": "all 6 channels of sample “{sample}”: 384 values",
    "ax_method=layer&ax_axes=C": "row 4, column 5 in all 6 channels of sample “{sample}”: 6 values",
    "ax_method=layer&ax_axes=W, C": "row 4 in all 6 channels of sample “{sample}”: 48 values",
    "ax_method=layer&ax_axes=W": "row 4 in channel “edge down” of sample “{sample}”: 8 values",
    "ax_method=instance": "channel “edge down” of sample “{sample}”: 64 values",
    "ax_method=group&ax_groups=3": "channels “edge down” and “diagonal” of sample “{sample}”: 128 values",
    "ax_method=group&ax_groups=2": "channels “blur” to “edge down” of sample “{sample}”: 192 values",
    "ax_data=dense&ax_method=layer": "all 12 channels of sample “{sample}”: 12 values",
    "ax_data=dense&ax_method=batch": "channel “unit 2” in all 6 samples: 6 values",
}


@pytest.mark.parametrize("query", WORDS)
def test_a_group_in_words(open_page, query):
    at = "3.1.1.3" if "dense" in query else "3.4.5.3"
    page = open_page(f"{query}&ax_at={at}")
    assert shared(page) == WORDS[query].format(sample=activations("digits").samples[2])


NUMBERS = [0.5, 1.5, 384, 1234.56, 99999.96, 123456.4, 999999.6, 1e-5, -0.000123456, 1234567.0, 5e-324, 1e300, -2.5e-7,
           0.1 + 0.2, 9.999996, 0.0999999949]  # fmt: skip


def test_numbers_are_written_with_six_digits(open_page):
    page = open_page()
    texts = page.evaluate(
        f"async numbers => {{ const {{ write }} = await import('{MODULES}/arithmetic.js');"
        "return numbers.map(number => write(number)); }",
        NUMBERS,
    )
    assert [number(text) for text in texts] == [digits(value) for value in NUMBERS]
    assert texts[3] == "1234.56"
    assert texts[5] == "123\u2009456"
    assert texts[8] == "−0.000123456"
    assert texts[12] == "−2.50000\u2009×\u200910⁻⁷"


def keys(page, *names):
    page.locator(PAIR).focus()
    for name in names:
        page.keyboard.press(name)
    frame(page)
    return place(page)


def test_the_keys_walk_over_the_edges_of_maps(open_page):
    page = open_page("ax_at=2.8.8.3")
    assert keys(page) == (1, 7, 7, 2)
    assert keys(page, "ArrowRight") == (1, 7, 0, 3)
    assert keys(page, "ArrowDown") == (2, 0, 0, 3)
    assert keys(page, "ArrowLeft", "ArrowUp") == (1, 7, 7, 2)
    assert keys(page, "Shift+ArrowRight", "PageDown", "PageDown") == (3, 7, 7, 3)
    assert keys(page, "Shift+ArrowUp", "PageUp", "PageUp", "PageUp", "PageUp") == (0, 7, 7, 3)
    assert keys(page, "End") == (0, 7, 7, 5)
    assert keys(page, "ArrowRight") == (0, 7, 7, 5)
    assert keys(page, "Home", "ArrowLeft") == (0, 7, 6, 0)
    assert keys(page, "ArrowUp", "ArrowUp", *["ArrowUp"] * 9) == (0, 0, 6, 0)


def said(page):
    return page.locator(".nl-chart-status").inner_text().replace("\xa0", " ")


def test_what_the_keys_reach_is_said_once_they_rest(open_page):
    page = open_page("ax_method=batch&ax_at=1.1.1.1")
    assert said(page) == ""
    keys(page, *["ArrowRight"] * 3)
    poll(page, "() => document.querySelector('.nl-chart-status').textContent !== ''")
    x = activations("digits").x
    text = said(page)
    assert text.startswith(f"{activations('digits').samples[0]}, row 1, column 4, blur. ")
    assert "becomes" in text
    assert "Shares a mean with channel “blur” in all 6 samples: 384 values. Mean " in text
    mean, variance = re.search(r"Mean (\S+), variance (\S+)\.$", text).groups()
    assert number(mean) == digits(x[..., 0].astype(float).mean(), 4)
    assert number(variance) == digits(x[..., 0].astype(float).var(), 4)
    before = text
    visit(page, 1, (0.5, 0.5))
    page.wait_for_timeout(500)
    assert said(page) == before, "a screen reader need not hear the mouse"


def test_the_mouse_points_a_click_pins_and_escape_lets_go(open_page):
    page = open_page()
    home = place(page)
    quiet, entries = len(page.messages), page.evaluate("history.length")
    visit(page, 0, (0.9, 0.9))
    away = place(page)
    assert away != home
    page.mouse.move(2, 2)
    frame(page)
    assert place(page) == home
    visit(page, 1, (0.9, 0.1))
    pinned = place(page)
    page.mouse.down()
    page.mouse.up()
    visit(page, 0, (0.1, 0.5))
    assert place(page) not in (home, pinned)
    page.mouse.move(2, 2)
    frame(page)
    assert place(page) == pinned
    wanted = ".".join(str(index + 1) for index in pinned)
    poll(page, "wanted => new URLSearchParams(location.search).get('ax_at') === wanted", wanted)
    keys(page, "Escape")
    assert place(page) == home
    poll(page, "() => !location.search.includes('ax_at')")
    assert len(page.messages) == quiet, "the server was asked"
    assert page.evaluate("history.length") == entries


def test_both_grids_point_at_the_same_value(open_page):
    page = open_page()
    for part in POINTS:
        visit(page, 0, part)
        left = place(page)
        first, second = (page.locator(".nl-tensor-over").nth(grid).bounding_box() for grid in (0, 1))
        maps = page.evaluate("() => [...document.querySelectorAll('.nl-tensor-board')].map(b => b.clientWidth)")
        across = first["width"] - maps[1]
        x = first["x"] + 46 + part[0] * (first["width"] - 50)
        y = first["y"] + 34 + part[1] * (first["height"] - 68)
        page.mouse.move(x - first["x"] - across + second["x"], y)
        frame(page)
        assert place(page) == left


def test_a_link_holds_the_place_through_reload_controls_and_reset(open_page):
    page = open_page()
    assert keys(page, "ArrowRight", "ArrowDown") == (0, 5, 5, 1)
    poll(page, "() => location.search === '?ax_at=1.6.6.2'")
    page.reload()
    shown(page)
    assert place(page) == (0, 5, 5, 1)
    # A control that Streamlit writes into the address, and one that the server writes after a callback.
    page.get_by_role("slider", name="Groups").focus()
    page.keyboard.press("ArrowRight")
    poll(page, "() => location.search.includes('ax_groups=3')")
    rest(page)
    assert "ax_at=1.6.6.2" in page.evaluate("location.search")
    assert place(page) == (0, 5, 5, 1)
    other = page.context.new_page()
    other.goto(page.url)
    shown(other)
    assert place(other) == (0, 5, 5, 1)
    page.get_by_role("button", name="Reset").click()
    poll(page, "() => location.search === ''")
    rest(page)
    assert place(page) == (0, 4, 4, 1)
    assert page.locator("text=place (0, 4, 4, 1)").count() == 1


def test_a_link_that_names_no_place_is_cleaned(open_page):
    page = open_page("ax_at=99.1.1.1")
    assert place(page) == (0, 4, 4, 1)
    assert "1.5.5.2 is used" in page.locator("[data-testid=stAlert]").inner_text()
    poll(page, "() => location.search === ''")


def test_a_place_moves_into_a_smaller_tensor(open_page):
    page = open_page("ax_data=photographs&ax_at=6.20.20.6")
    assert place(page) == (5, 19, 19, 5)
    page.get_by_role("combobox", name="Activations").click()
    page.get_by_role("option", name="digits").click()
    poll(page, "pair => document.querySelector(pair).dataset.place === '6.8.8.6'", PAIR)
    poll(page, "() => location.search === '?ax_at=6.8.8.6'")


def greys(page, grid):
    """Mean grey of the middle of every map, from the canvas itself."""
    return page.evaluate(
        """grid => {
          const canvas = document.querySelectorAll('.nl-tensor-board canvas:first-child')[grid];
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          let sum = 0;
          for (let at = 0; at < pixels.length; at += 4) sum += pixels[at] * (pixels[at + 3] / 255);
          return sum;
        }""",
        grid,
    )


def test_a_drag_swaps_everything_in_the_browser_and_the_release_tells_the_server(open_page):
    page = open_page("ax_data=digits&ax_steps=groups&ax_groups=1&ax_at=1.4.4.2")
    dial = page.get_by_role("slider", name="Groups").last
    box = dial.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    quiet = len(page.messages)
    before = greys(page, 0)
    seen = []
    for part in (0.0, 1 / 3, 2 / 3, 1.0):
        page.mouse.move(box["x"] + 8 + part * (box["width"] - 16), middle, steps=4)
        frame(page)
        seen.append((
            page.locator(".nl-tensor h2").inner_text(),
            page.locator(".nl-chart-sentence").inner_text(),
            shared(page).rpartition(": ")[2],
            lines(page)[-1][2],
            greys(page, 1),
        ))  # fmt: skip
    assert len(page.messages) == quiet
    assert [step[0] for step in seen] == [f"Group: {g} groups" for g in (1, 2, 3, 6)]
    assert [step[1] for step in seen] == [f"There are {g} groups." for g in (1, 2, 3, 6)]
    assert [step[2] for step in seen] == [f"{384 // g} values" for g in (1, 2, 3, 6)]
    x = activations("digits").x.astype(float)
    results = [normlib.group_norm(x, g).output[0, 3, 3, 1] for g in (1, 2, 3, 6)]
    assert [number(step[3]) for step in seen] == [digits(result) for result in results]
    assert len({step[4] for step in seen}) == 4
    assert greys(page, 0) == before
    page.mouse.up()
    poll(page, "() => location.search.includes('ax_groups=6')")
    rest(page)
    poll(page, "pair => document.querySelector(pair).dataset.answered === '1'", PAIR)
    assert page.locator(".nl-tensor h2").inner_text() == "Group: 6 groups"
    # The server has written the address from what it had heard of; the place is still in it.
    assert "ax_at=1.4.4.2" in page.evaluate("location.search")
    assert place(page) == (0, 3, 3, 1)


def test_a_place_chosen_after_the_last_run_survives_a_release(open_page):
    page = open_page("ax_steps=groups&ax_groups=3&ax_method=layer")
    assert keys(page, "End") == (0, 4, 4, 5)
    poll(page, "() => location.search.includes('ax_at=1.5.5.6')")
    entries = page.evaluate("history.length")
    dial = page.get_by_role("slider", name="Groups").last
    dial.focus()
    page.keyboard.press("End")
    poll(page, "() => location.search.includes('ax_groups=6')")
    rest(page)
    assert "ax_at=1.5.5.6" in page.evaluate("location.search")
    assert place(page) == (0, 4, 4, 5)
    assert page.evaluate("history.length") <= entries + 1


def test_a_batch_that_cannot_be_normalized_says_so_in_place_of_the_picture(open_page):
    page = open_page("ax_data=dense&ax_steps=batch size&ax_size=1&ax_at=4.1.1.2")
    assert "at least 2 values per channel" in page.locator(".nl-tensor-problem").nth(1).inner_text()
    assert not page.locator(".nl-tensor-board").nth(1).is_visible()
    assert place(page) == (0, 0, 0, 1)
    assert [line[0] for line in lines(page)] == ["x"]
    page.get_by_role("slider", name="Batch size").last.focus()
    page.keyboard.press("End")
    frame(page)
    assert page.locator(".nl-tensor-board").nth(1).is_visible()
    assert place(page) == (3, 0, 0, 1)
    assert len(lines(page)) == 5


def test_the_grey_of_a_map_is_the_value(open_page):
    page = open_page("ax_data=dense&ax_method=batch", viewport=(1100, 900))
    x = activations("dense").x.astype(float)
    output = normlib.batch_norm(x).output
    scale = [(x - x.min()) / (x.max() - x.min()), (np.clip(output, -3, 3) + 3) / 6]
    for grid in (0, 1):
        checked = 0
        for part in POINTS:
            visit(page, grid, part)
            square = page.evaluate(
                """([grid, part]) => {
                  const canvas = document.querySelectorAll('.nl-tensor-board canvas:first-child')[grid];
                  const box = canvas.getBoundingClientRect();
                  const ratio = canvas.width / box.width;
                  const left = grid ? 4 : 46;
                  const x = (left + part[0] * (box.width - left - 4)) * ratio;
                  const y = (34 + part[1] * (box.height - 68)) * ratio;
                  const pixels = canvas.getContext('2d').getImageData(Math.round(x) - 3, Math.round(y) - 3, 7, 7).data;
                  return Array.from(pixels).filter((_, index) => index % 4 === 0);
                }""",
                [grid, part],
            )
            if len(set(square)) == 1:  # not on the edge of a cell
                assert abs(square[0] - 255 * scale[grid][place(page)]) <= 1.5, (grid, part)
                checked += 1
        assert checked >= 4


def test_nothing_jumps_while_the_pointer_moves(open_page):
    for query in ("ax_method=layer&ax_axes=C&ax_affine=per element", "ax_data=photographs&ax_method=group"):
        for width in (1100, 390):
            page = open_page(query, viewport=(width, 1000))
            heights = set()
            for part in POINTS:
                visit(page, 0, part)
                heights.add(page.locator(".nl-tensor").evaluate("node => node.clientHeight"))
                wide = page.locator(".nl-tensor").evaluate("node => [node.scrollWidth, node.clientWidth]")
                assert wide[0] <= wide[1]
            assert len(heights) == 1, (query, width, heights)


def test_a_tap_selects_on_a_phone(open_page):
    page = open_page(viewport=(390, 844), has_touch=True, is_mobile=True)
    canvas = page.locator(".nl-tensor-over").nth(1)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    poll(page, "() => location.search.includes('ax_at=')")
    assert place(page)[3] == 5
    assert canvas.evaluate("node => getComputedStyle(node).touchAction") == "manipulation"


def test_the_picture_holds_both_grids(open_page, tmp_path):
    page = open_page(viewport=(1000, 900))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the figure as PNG").click()
    file = tmp_path / "view.png"
    download.value.save_as(file)
    picture = np.asarray(Image.open(file).convert("L"), dtype=float)
    widths = [page.locator(".nl-tensor-over").nth(grid).bounding_box()["width"] for grid in (0, 1)]
    assert picture.shape[1] == pytest.approx(2 * (sum(widths) + 28 + 32), abs=2)
    halves = np.array_split(picture, 2, axis=1)
    assert all(half.std() > 20 for half in halves)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_everybody_can_use_it(open_page, scheme, width):
    page = open_page("ax_steps=groups", viewport=(width, 900), color_scheme=scheme, bypass_csp=True)
    found = [
        f"{violation['id']}: {node['html'][:150]}"
        for violation in Axe().run(page, ".nl-tensor").response["violations"]
        for node in violation["nodes"]
    ]
    assert found == []
    label = page.locator(PAIR).get_attribute("aria-label")
    assert "Feature maps of digits" in label
    assert "Arrow keys" in page.locator(PAIR).evaluate(
        "pair => document.getElementById(pair.getAttribute('aria-describedby')).innerText"
    )
    page.locator(PAIR).focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(PAIR).evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_forced_colours_write_the_names_in_the_readers_own(open_page):
    page = open_page(forced_colors="active", color_scheme="dark")
    wanted, found = page.evaluate(
        """() => {
          const probe = document.createElement('p');
          probe.style.color = 'CanvasText';
          document.body.append(probe);
          const wanted = getComputedStyle(probe).color.match(/\\d+/g).slice(0, 3).map(Number);
          const canvas = document.querySelector('.nl-tensor-board canvas');
          const pixels = canvas.getContext('2d').getImageData(0, 40, 20, 300).data;
          let found = false;
          for (let at = 0; at < pixels.length; at += 4) {
            const near = wanted.every((part, index) => Math.abs(pixels[at + index] - part) < 8);
            if (pixels[at + 3] > 200 && near) found = true;
          }
          return [wanted, found];
        }"""
    )
    assert wanted == [255, 255, 255]
    assert found


@pytest.mark.parametrize("query", ["", "?ax_groups=3"])
def test_back_finds_the_place_again(chromium, query):
    with serving(APP.with_name("two_pages_server.py")) as server:
        page = chromium.new_page(viewport={"width": 1300, "height": 900})
        page.goto(f"{server.url}/tensor{query}")
        shown(page)
        assert keys(page, "End") == (0, 4, 4, 5)
        poll(page, "() => location.search.endsWith('ax_at=1.5.5.6')")
        address = page.url
        page.get_by_role("link", name="To elsewhere").click()
        page.get_by_role("heading", name="Elsewhere").wait_for()
        assert page.evaluate("location.search") == ""
        page.go_back()
        shown(page)
        assert page.url == address
        assert place(page) == (0, 4, 4, 5)
        page.close()
