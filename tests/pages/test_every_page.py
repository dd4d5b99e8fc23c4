import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from normlib import data
from pages.catalogue import COURSE, PAGES, by_slug, sections
from pages.course import shelf
from tests.pages.opened import (
    LABS,
    OWN,
    charts,
    check,
    choices,
    control,
    controls,
    numbers,
    open_page,
    open_tab,
    plain,
    prefix,
    switches,
    tensor_views,
    values,
)

every_page = pytest.mark.parametrize("slug", [page.slug for page in PAGES])
every_lab = pytest.mark.parametrize("slug", LABS)


def choose(app: AppTest, key: str, value: object) -> AppTest:
    if isinstance(control(app, key).value, list) and not isinstance(value, list):
        value = [value]  # where several can be chosen, one of them
    control(app, key).set_value(value)
    app.run()
    check(app)
    assert control(app, key).value == value
    return app


@every_page
def test_a_page_runs_and_asks_the_question_of_the_catalogue(slug):
    app = open_page(slug)
    check(app)
    assert [title.value for title in app.title] == [by_slug(slug).question]
    assert not app.warning


@every_page
def test_the_menu_leads_to_every_page(slug):
    links = [plain(link.label) for link in open_page(slug).sidebar.get("page_link")]
    lessons = {f"{lesson.number} {lesson.title}" for lesson in shelf.lessons()}
    assert set(links) == {page.title for page in PAGES} | lessons
    assert len(links) == len(PAGES) + len(lessons)


@every_page
def test_the_section_of_the_present_page_is_open_and_no_other(slug):
    sections_ = [block for block in open_page(slug).sidebar.expander if block.label in sections()]
    assert [block.label for block in sections_ if block.proto.expanded] == [by_slug(slug).section or COURSE]


def test_the_readme_counts_the_pages_of_each_section():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    counted = dict(re.findall(r"^\| ([A-Z][a-z ]+), (\d+)(?: pages)? \|", readme, flags=re.MULTILINE))
    assert counted == {name: str(len(pages)) for name, pages in sections().items() if name not in {"", COURSE}}


def test_addresses_files_and_questions_are_all_different():
    for field in ("slug", "title", "file", "question", "summary"):
        assert len({getattr(page, field) for page in PAGES}) == len(PAGES), field
    assert all(page.path.is_file() for page in PAGES)


@every_lab
def test_the_first_chart_says_what_to_see(slug):
    app = open_page(slug)
    if views := tensor_views(app):
        first = views[0] | views[0]["steps"][-1]
        assert views[0]["x"].size > 1
        assert len(first["title"]) > 10
        assert first["alt"] != first["title"]
        return
    first = charts(app)[0]
    assert len(first["title"]) > 10
    assert len(first["sentence"]) > len(first["title"]) / 2
    assert first["alt"] != first["title"]
    assert first["height"] >= 150
    assert first["fileName"]
    drawn = [trace.get("z", trace.get("x")) for trace in first["figure"]["data"]]
    assert sum(np.isfinite(np.asarray(values, dtype=float)).sum() for values in drawn) > 1


@every_lab
def test_every_figure_has_a_layout_for_a_phone_that_plotly_accepts(slug):
    for chart in charts(open_page(slug)):
        drawn = go.Figure(chart["figure"])
        for path, value in chart["narrow"].items():
            if path == "height":
                assert value >= chart["height"] / 2
            else:
                drawn.layout[path] = value


@every_lab
def test_a_laboratory_has_its_parts(slug):
    app = open_page(slug)
    components = [part.proto.component_name for part in app.get("bidi_component")]
    assert components.count("normlib.link") == 1
    assert sum(button.label == "Reset" for button in app.button) == 1
    assert len(prefix(app)) >= 2
    assert next(tab.label for tab in app.tabs) == "Numbers"
    assert {"How it is computed", "Code"} <= {tab.label for tab in app.tabs}
    assert len(app.main.get("page_link")) == 1


def test_no_two_pages_share_a_parameter():
    owner: dict[str, str] = {}
    for slug in LABS:
        for one in controls(open_page(slug)):
            assert owner.setdefault(one.key, slug) == slug, one.key


@every_lab
def test_every_tab_opens(slug):
    app = open_page(slug)
    for title in [tab.label for tab in app.tabs]:
        tab = open_tab(app, title)
        check(app)
        assert tab.children, title
        closed = [other.label for other in app.tabs if other.label != title and other.children]
        assert not closed, f"{closed} are computed although {title} is open"
    assert app.code
    assert open_tab(app, "Numbers").download_button


@every_lab
def test_the_tabs_follow_the_settings(slug):
    app = open_page(slug)
    for one in choices(app):
        if one.key in values(app):  # unless another choice took it along
            choose(app, one.key, next(option for option in control(app, one.key).options[::-1] if option != OWN))
    for one in numbers(app):
        choose(app, one.key, one.max)
    for title in [tab.label for tab in app.tabs]:
        open_tab(app, title)
        check(app)


@every_lab
def test_every_option_can_be_chosen(slug):
    app = open_page(slug)
    for key in [one.key for one in choices(app)]:
        first = control(app, key).value
        for option in control(app, key).options:
            choose(app, key, option)
        choose(app, key, first)


@every_lab
def test_every_option_of_the_first_choice_goes_with_every_other_choice(slug):
    app = open_page(slug)
    if not choices(app):
        pytest.skip("no choices on this page")
    first_key = f"{prefix(app)}_data" if f"{prefix(app)}_data" in values(app) else choices(app)[0].key
    for title in [title for title in control(app, first_key).options if title != OWN]:
        choose(app, first_key, title)
        for key in [one.key for one in choices(app) if one.key != first_key]:
            if key not in values(app):
                continue
            # Both ends and some between: digits' first and last pixels are constant.
            first, options = control(app, key).value, list(control(app, key).options)
            for option in [*dict.fromkeys([options[0], *options[3::11], options[-1]]), first]:
                choose(app, key, option)


@every_lab
def test_every_number_can_go_to_both_ends_and_every_switch_can_be_flipped(slug):
    app = open_page(slug)
    for one in numbers(app):
        for end in (one.min, one.max, one.min + one.step, one.value):
            choose(app, one.key, end)
    for one in switches(app):
        choose(app, one.key, not one.value)
        choose(app, one.key, one.value)


DATA = {"Wine": "wine", "Breast cancer": "breast cancer", "Digits": "digits"}


@pytest.mark.parametrize("title", DATA)
@pytest.mark.parametrize("slug", ["min-max", "standardization", "scalers"])
def test_every_feature_has_its_picture(slug, title):
    app = open_page(slug)
    feature_key = f"{prefix(app)}_feature"
    choose(app, f"{prefix(app)}_data", title)
    features = control(app, feature_key).options
    assert tuple(features) == data.load(DATA[title]).features
    # Wine in full; of the others both ends, a constant one (digits' first), and some between.
    for feature in features if title == "Wine" else [*features[:2], *features[5::11], features[-1]]:
        choose(app, feature_key, feature)
        assert feature in str((charts(app)[0]["sentence"], charts(app)[0]["figure"]["layout"]))


@pytest.mark.parametrize("slug", ["min-max", "standardization"])
def test_a_scaler_fitted_on_training_rows_keeps_working_on_every_feature(slug):
    app = open_page(slug)
    choose(app, f"{prefix(app)}_fitted", "Training rows")
    for title in DATA:
        choose(app, f"{prefix(app)}_data", title)
        for feature in control(app, f"{prefix(app)}_feature").options[::9]:
            choose(app, f"{prefix(app)}_feature", feature)


@every_lab
def test_a_setting_survives_a_change_of_another(slug):
    app = open_page(slug)
    moved = numbers(app)
    for one in moved:
        choose(app, one.key, one.max)
    for one in [one for one in choices(app) if one.key.endswith("_data")]:
        choose(app, one.key, "Breast cancer")
    assert all(values(app)[one.key] == one.max for one in moved)
