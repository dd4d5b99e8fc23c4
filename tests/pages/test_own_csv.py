"""A learner's own table on the pages that take one."""

import numpy as np
import pytest

from pages.catalogue import by_slug
from tests.pages.opened import LABS, OWN, charts, check, choices, control, open_page, open_tab, plain, prefix

TAKES_A_TABLE = [slug for slug in LABS if any(OWN in one.options for one in choices(open_page(slug)))]
HEIGHTS = np.round(np.random.default_rng(0).normal(170, 9, 40), 1)
WEIGHTS = np.round(0.9 * HEIGHTS - 90 + np.random.default_rng(1).normal(0, 8, 40), 1)
GOOD = "\n".join(["height,weight,eyes", *(f"{h},{w},brown" for h, w in zip(HEIGHTS, WEIGHTS, strict=True))])

own_table = pytest.mark.parametrize("slug", TAKES_A_TABLE)


def upload(app, content, name="people.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    app.file_uploader[0].upload(name, data, "text/csv").run()
    return app


def opened(slug):
    app = open_page(slug)
    control(app, f"{prefix(app)}_data").set_value(OWN)
    return app.run()


def said(app):
    return plain(
        " ".join(one.value for one in [*app.caption, *app.markdown, *app.text, *app.error, *app.warning, *app.info])
    )


def shown(app):
    return str([(chart["title"], chart["sentence"], chart["alt"]) for chart in charts(app)])


def test_several_pages_take_a_table():
    assert {"min-max", "standardization", "scalers", "distances"} <= set(TAKES_A_TABLE)


@own_table
def test_until_there_is_a_file_the_wines_are_shown(slug):
    app = opened(slug)
    check(app)
    assert "wines are shown" in said(app)
    assert charts(app)[0]["sentence"] == charts(open_page(slug))[0]["sentence"]


@own_table
def test_a_good_table_is_shown_everywhere_on_the_page(slug):
    app = upload(opened(slug), GOOD)
    check(app)
    assert "people.csv: 40 rows, 2 numeric columns." in said(app)
    assert "height" in shown(app) or "weight" in shown(app)
    assert "wine" not in charts(app)[0]["sentence"].lower()
    for tab in [tab.label for tab in app.tabs]:
        open_tab(app, tab)
        check(app)


@own_table
def test_the_columns_of_the_table_become_the_features(slug):
    app = upload(opened(slug), GOOD)
    offered = [tuple(one.options) for one in choices(app) if one.key.endswith(("_feature", "_target"))]
    assert all(options == ("height", "weight") for options in offered)


@pytest.mark.parametrize("slug", ["min-max", "standardization"])
def test_the_numbers_are_those_of_the_file(slug):
    app = upload(opened(slug), GOOD)
    control(app, f"{prefix(app)}_outlier").set_value(0.0)
    app.run()
    counts = charts(app)[0]["figure"]["data"][0]["y"]
    assert counts.sum() == HEIGHTS.size - 1  # the value that can be dragged is drawn apart
    numbers = open_tab(app, "Numbers").markdown[0].value
    assert f"{HEIGHTS.max():.0f}" in numbers
    assert f"{HEIGHTS.min():.0f}" in numbers


@own_table
def test_bad_cells_are_reported_by_line_and_column(slug):
    lines = GOOD.split("\n")
    lines[7] = "tall,70,brown"
    lines[9] = "171.5,,brown"
    lines[12] = "180.1,81.5,brown,extra"
    lines[20] = "170.0,about 70,brown"
    app = upload(opened(slug), "\n".join(lines))
    check(app)
    text = said(app)
    assert "3 cells or lines to look at" in [plain(one.label) for one in app.expander]
    assert "Line 8, height" in text
    assert "tall" in text
    assert "Line 21, weight" in text
    assert "about 70" in text
    assert "Line 13" in text
    assert "4 cells" in text
    assert "39 rows" in text


REFUSED = {
    "empty": (b"", "is empty"),
    "only a header": (b"a,b\n", "0 usable rows"),
    "two rows": (b"a,b\n1,2\n3,4\n", "2 usable rows"),
    "text only": (b"name,colour\nAda,red\nBob,blue\nEve,green\n", "no numeric column"),
    "not text": (b"a,b\n1,2\n\xff\xfe\xfd,4\n5,6\n", "not UTF-8"),
    "markup": (b"<html><script>alert(1)</script></html>", "usable rows"),
}


@own_table
@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_is_answered_and_the_page_goes_on(slug, kind):
    content, reason = REFUSED[kind]
    app = upload(opened(slug), content)
    assert not app.exception
    assert len(app.error) == 1
    assert "people.csv" in app.error[0].value
    assert reason in app.error[0].value
    assert charts(app)[0]["sentence"] == charts(open_page(slug))[0]["sentence"]


def test_a_bad_file_does_not_lose_the_good_one_before_it():
    app = upload(opened("min-max"), GOOD)
    upload(app, b"name,colour\nAda,red\nBob,blue\nEve,green\n")
    assert not app.exception
    assert len(app.error) == 1
    assert "height" in shown(app)


def test_a_table_can_be_forgotten():
    app = upload(opened("min-max"), GOOD)
    next(button for button in app.button if button.label.startswith("Forget")).click()
    app.run()
    check(app)
    assert "wines are shown" in said(app)
    assert "height" not in shown(app)


def test_a_second_table_takes_the_place_of_the_first():
    app = upload(opened("min-max"), GOOD)
    upload(app, "age,pulse\n" + "\n".join(f"{20 + k},{60 + k % 7}" for k in range(9)), "patients.csv")
    check(app)
    assert "patients.csv: 9 rows" in said(app)
    assert tuple(control(app, "mm_feature").options) == ("age", "pulse")


def test_a_table_goes_along_to_the_next_page():
    app = upload(opened("min-max"), GOOD)
    app.switch_page(str(by_slug("standardization").path))
    app.run()
    control(app, "st_data").set_value(OWN)
    app.run()
    check(app)
    assert "height" in shown(app)


AWKWARD = {
    "a constant column": "a,b\n" + "\n".join(f"5,{k}" for k in range(8)),
    "one column": "a\n" + "\n".join(str(k * k) for k in range(8)),
    "three rows": "a,b\n1,2\n3,5\n4,9\n",
    "huge numbers": "a,b\n" + "\n".join(f"{k}e300,{k}" for k in range(1, 9)),
    "tiny numbers": "a,b\n" + "\n".join(f"{k}e-300,{k}" for k in range(1, 9)),
    "a large mean with a small spread": "a,b\n" + "\n".join(f"{1e9 + k / 8},{k}" for k in range(8)),
    "many gaps": "a,b\n" + "\n".join(f"{k},{'' if k % 3 else k}" for k in range(12)),
    "gaps in every row": "a,b\n" + "\n".join(f"{k}," if k % 2 else f",{k}" for k in range(12)),
    "all the same": "a,b\n" + "\n".join(["3,3"] * 6),
    "negative numbers": "a,b\n" + "\n".join(f"-{k},{k}" for k in range(1, 9)),
    "names with markup": "<b>a</b>,b|c\n" + "\n".join(f"{k},{k * 2}" for k in range(8)),
    "no header": "\n".join(f"{k},{k * 2}" for k in range(8)),
    "two values": "a,b\n" + "\n".join(f"{k % 2},{k}" for k in range(8)),
}


@own_table
@pytest.mark.parametrize("kind", AWKWARD)
def test_an_awkward_table_is_drawn_or_answered(slug, kind):
    app = upload(opened(slug), AWKWARD[kind])
    assert not app.exception, [problem.message for problem in app.exception]
    if app.error or not charts(app):
        assert "people.csv" in app.error[0].value if app.error else app.info
        return
    check(app)
    for one in [one for one in choices(app) if one.key.endswith(("_feature", "_target"))]:
        control(app, one.key).set_value(one.options[-1])
        app.run()
        check(app)


def test_a_wide_table_is_drawn():
    header = ",".join(f"f{k}" for k in range(60))
    rows = [",".join(f"{k * r + k % 3}" for k in range(60)) for r in range(30)]
    for slug in TAKES_A_TABLE:
        app = upload(opened(slug), "\n".join([header, *rows]))
        check(app)
        assert "60 numeric columns" in said(app)
