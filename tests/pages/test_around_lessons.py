"""What stands around the lessons: the start page, the glossary, search, and the page that shows how to add one."""

import json
import re

import pytest

from normlib.course.directive_blocks import MAKERS
from normlib.course.examples import MEANING, ROLES, example
from normlib.course.glossary import glossary
from normlib.course.preview import preview
from normlib.course.reader import read_lesson
from normlib.course.values import names
from pages.catalogue import LABORATORIES, PAGES, by_slug, sections
from pages.course import shelf
from pages.course.laboratories import LABORATORIES as LABS
from pages.parts.progress import Progress
from tests.pages.lessons_opened import open_lesson
from tests.pages.opened import open_page, plain


def said(app):
    return plain(" ".join(one.value for one in [*app.main.markdown, *app.main.caption]))


def links(app):
    return [plain(link.label) for link in app.main.get("page_link")]


# --- the start page


def test_the_start_page_begins_the_course_and_shows_all_lessons_in_order():
    app = open_page("")
    lessons = [f"{one.number} {one.title}" for one in shelf.lessons()]
    assert [link for link in links(app) if link in lessons] == lessons
    assert app.get_by_key("start_begin").label == "Begin the course"


def test_the_start_page_says_how_long_the_course_takes():
    halves = round(sum(one.minutes for one in shelf.lessons()) / 30)
    words = [plain(part.value) for part in open_page("").main.markdown]
    assert f"{len(shelf.lessons())} lessons, about {halves / 2:g} hours in all. No account." in words


def test_the_start_page_leads_to_every_other_page():
    shown = links(open_page(""))
    laboratories = [f"**{plain(page.question)}**" for page in LABORATORIES.values()]
    assert [link for link in shown if link.startswith("**")] == laboratories
    assert {page.title for page in PAGES if page.slug and page.slug not in LABORATORIES} <= set(shown)


def test_the_start_page_goes_on_where_the_learner_stopped():
    lesson = shelf.lessons()[1]
    app = open_lesson(lesson.slug, step="3")
    app.switch_page(str(by_slug("").path)).run()
    assert plain(app.get_by_key("start_continue").label) == f"Continue: {lesson.number} {lesson.title}, step 3"
    assert app.get_by_key("start_begin").label == "Begin anew"


def test_a_lesson_that_was_taken_away_is_not_gone_on_with(monkeypatch):
    lessons = shelf.lessons()
    app = open_lesson(lessons[1].slug, step="3")
    monkeypatch.setattr(shelf, "lessons", lambda: (lessons[0], *lessons[2:]))
    app.switch_page(str(by_slug("").path)).run()
    assert app.get_by_key("start_begin").label == "Begin the course"


# --- the glossary


def test_the_glossary_shows_every_term_with_its_ways_on():
    app = open_page("glossary")
    assert not app.exception
    assert not app.warning
    assert [plain(one.value) for one in app.main.header] == [one.term for one in glossary().entries]
    assert links(app).count("Try it: Batch size") == sum(one.try_ == "batch-size" for one in glossary().entries)
    assert "Lesson 9: How big a batch?" in links(app)


def test_every_see_also_is_an_anchor_of_the_page():
    app = open_page("glossary")
    anchors = {one.anchor for one in glossary().entries}
    asked = re.findall(r"\]\(#([^)]*)\)", " ".join(one.value for one in app.main.caption))
    assert asked
    assert set(asked) <= anchors
    assert {one.proto.anchor for one in app.main.header} == anchors


@pytest.mark.parametrize("asked", ["batch-size", "Batch Size", "batch sizes"])
def test_a_link_shows_one_term_and_those_related(asked):
    app = open_page("glossary", term=asked)
    assert [one.value for one in app.main.header] == ["batch size", "batch"]
    app.get_by_key("glossary_all").click().run()
    assert len(app.main.header) == len(glossary().entries)


def test_a_link_to_an_unknown_term_says_so_and_shows_all():
    app = open_page("glossary", term="flux *capacitor*")
    assert "“flux *capacitor*”" in plain(app.warning[0].value)
    assert len(app.main.header) == len(glossary().entries)


def test_the_filter_takes_pieces_of_words_and_says_when_there_is_none():
    app = open_page("glossary", find="ReNorm")
    assert [one.value for one in app.main.header] == ["batch renormalization"]
    app.get_by_key("find").set_value("qqq").run()
    assert not app.main.header
    assert "No term has “qqq”" in said(app)


# --- search


def test_search_finds_steps_terms_and_laboratories():
    app = open_page("search", q="neighbour vote")
    kinds = [re.match(r"\w+", plain(one.value))[0] for one in app.main.caption[1:]]
    assert {"Lesson", "Glossary", "Laboratory"} <= set(kinds)
    assert links(app)[0] == "neighbour vote"
    assert "**vote**" in " ".join(one.value for one in app.main.markdown)


def test_a_hit_leads_to_its_step():
    app = open_page("search", q="distances the big unit wins")
    (link,) = [one.proto for one in app.main.get("page_link") if plain(one.label) == "Distances: the big unit wins"]
    assert link.page == "lesson-why-scale-matters"
    assert "step=2" in link.query_string


def test_search_without_a_hit_offers_the_nearest_word():
    app = open_page("search", q="epqqqsilon")
    assert "Nothing has “epqqqsilon” in it" in said(app)
    app.get_by_key("search_near_0").click().run()
    assert app.get_by_key("q").value == "epsilon"
    assert links(app)[0] == "epsilon"


@pytest.mark.parametrize("query", ["", "<script>alert(1)</script>", "[x](https://example.org) `$y$` :material/home:"])
def test_search_shows_what_was_typed_to_the_letter(query):
    app = open_page("search", q=query)
    assert not app.exception
    for one in [*app.main.markdown, *app.main.caption]:
        assert not re.search(r"(?<!\\)\]\(http|(?<!\\):material", one.value)


# --- presenting


def test_a_lesson_can_be_presented_from_any_step_but_not_on_paper():
    given = [part.proto for part in open_lesson("why-scale-matters", step="3").get("bidi_component")]
    (present,) = [json.loads(one.json) for one in given if one.component_name == "normlib.present"]
    lesson = shelf.lesson("why-scale-matters")
    assert present == {
        "step": 3,
        "steps": len(lesson.steps),
        "title": lesson.steps[2].title,
        "following": shelf.after(lesson).title,
    }
    printed = open_lesson("why-scale-matters", view="print").get("bidi_component")
    assert not [part for part in printed if part.proto.component_name == "normlib.present"]


# --- adding a lesson


def test_every_directive_is_explained_with_an_example_that_the_reader_takes():
    assert set(MEANING) == set(MAKERS)
    for name in MEANING:
        text = example(name)
        assert text.startswith(f":::{{{name}}}"), name
        if name in {"hint", "solution"}:
            text = f":::{{exercise}}\nDo it.\n\n{text}\n:::"
        lesson = read_lesson(f"---\ntitle: T\nobjectives: [See]\n---\n# T\n\n{text}\n", "t.md")
        assert lesson.problems == (), name


def test_every_role_is_taken_by_the_check():
    text = "---\ntitle: T\n---\n# T\n\n" + "\n\n".join(ROLES)
    found = preview(text, LABS, shelf.lessons(), [page.slug for page in PAGES])
    assert [str(one) for one in found.problems if one.severity == "error"] == []


def test_the_template_has_no_problems_and_shows_its_first_step():
    app = open_page("add-a-lesson")
    assert not app.exception
    assert [one.value for one in app.success] == ["No problems. Laboratories are run by the check, not here."]
    assert "proline owns 99.8 % of the squared distance" in said(app).replace("\n", " ")
    assert not [part for part in app.get("bidi_component") if part.proto.component_name == "normlib.chart"]


def test_a_laboratory_of_the_preview_runs_when_it_is_switched_on():
    app = open_page("add-a-lesson")
    next(one for one in app.toggle if one.label.startswith("Run the laboratory")).set_value(True).run()
    assert not app.exception
    assert [part for part in app.get("bidi_component") if part.proto.component_name == "normlib.chart"]


def test_problems_are_named_by_line_and_the_rest_is_shown():
    app = open_page("add-a-lesson")
    text = (
        "---\ntitle: Mine\n---\n# Mine\n\nHello.\n\n:::{quizz}\n:::\n\n{value}`no_such()` {term}`nope`\n\n"
        ":::{lab} distances\n:data: Beer\n:::\n"
    )
    app.get_by_key("add_text").set_value(text).run()
    assert not app.exception
    shown = said(app)
    for line, word in ((8, "quizz"), (11, "no_such"), (11, "nope"), (14, "Beer")):
        assert re.search(rf"Line {line}: [^\n]*{word}", shown), (line, word, shown)
    assert "Hello." in shown
    assert app.expander[0].label.startswith("4 problems")


def test_the_steps_of_the_preview_follow_the_text():
    app = open_page("add-a-lesson")
    steps(app).set_value(3).run()
    assert not app.exception
    before = steps(app).options
    app.get_by_key("add_text").set_value("---\ntitle: Mine\n---\n# Mine\n\nShort.\n\n## More\n\nLong.\n").run()
    assert not app.exception
    # Other words are another list: a browser keeps the words of what is chosen.
    assert steps(app).options == ["1 of 2: Mine", "2 of 2: More"] != before
    assert steps(app).value == 1
    assert "Long." in said(app)


def steps(app):
    """Return the list of the steps of the preview."""
    return next(one for one in app.main.selectbox if one.label == "Step")


@pytest.mark.parametrize("text", ["", "   ", "x", "---\n---", "# \n" * 2000, ":::{lab}" * 2000, "`" * 50_000, "\x00"])
def test_whatever_is_pasted_the_page_stands(text):
    app = open_page("add-a-lesson")
    app.get_by_key("add_text").set_value(text).run()
    assert not app.exception
    assert [one.value for one in app.title] == [by_slug("add-a-lesson").question]


def test_a_text_over_the_limit_is_told_and_kept():
    app = open_page("add-a-lesson")
    text = "x" * 200_000
    app.get_by_key("add_text").set_value(text).run()
    assert not app.exception
    assert [one.value for one in app.warning] == [
        "This text has 200,000 characters; the limit is 100,000. Shorten it or split the lesson."
    ]
    assert app.get_by_key("add_text").value == text
    assert app.get_by_key("add_text").proto.max_chars == 0


def test_a_laboratory_or_setting_that_is_not_there_is_a_warning_with_its_line():
    app = open_page("add-a-lesson")
    start = "---\ntitle: Mine\n---\n# Mine\n\n"
    app.get_by_key("add_text").set_value(f"{start}:::{{lab}} distanses\n:::\n").run()
    assert [one.value for one in app.warning] == [
        "Line 6 of preview.md: There is no laboratory “distanses”. Did you mean “distances”?"
    ]
    text = f"{start}:::{{lab}} distances\n:dta: Wine\n:scaler: Standardisation\n:lock: scalar\n:::\n"
    app.get_by_key("add_text").set_value(text).run()
    next(one for one in app.toggle if one.label.startswith("Run the laboratory")).set_value(True).run()
    assert not app.exception
    assert [one.value for one in app.warning] == [
        "- Line 7 of preview.md: There is no control of “distances” named “dta”. Did you mean “data”?\n"
        "- Line 8 of preview.md: “scaler” cannot be “Standardisation”. Did you mean “Standardization”?\n"
        "- Line 9 of preview.md: There is no control of “distances” named “scalar”. Did you mean “scaler”?"
    ]


def test_nothing_of_a_preview_is_kept_for_the_course():
    app = open_page("add-a-lesson")
    text = "---\ntitle: T\n---\n# T\n\n:::{quiz} single\n:name: q\nWhich?\n\n- [x] A\n  > Yes.\n- [ ] B\n  > No.\n:::\n"
    app.get_by_key("add_text").set_value(text).run()
    app.main.radio[0].set_value(0).run()
    next(one for one in app.button if one.label == "Check").click().run()
    assert "Yes." in said(app)
    kept = app.session_state.get("progress", None)
    assert kept is None or not Progress(kept).summary()


def test_the_page_lists_every_number_and_the_controls_of_every_laboratory():
    app = open_page("add-a-lesson")
    app.session_state["add_tabs"] = "Numbers"
    assert all(f"`{call}`" in said(app.run()) for call in list(names())[:3])
    app.session_state["add_tabs"] = "Laboratories"
    app.run()
    for slug in ("min-max", "axes"):
        app.get_by_key("add_laboratory").set_value(slug).run()
        assert all(f"`:{name}:`" in said(app) for name in LABS.controls(slug))


def test_the_menu_has_search_on_top():
    assert [page.slug for page in sections()[""]] == ["", "search"]
