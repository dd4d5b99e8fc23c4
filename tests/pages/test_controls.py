"""What a link may ask for, what a page answers, and the way back to the defaults."""

import math
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pages.parts.control_kinds import Choice, Number, Switch
from tests.abuse.walk import back
from tests.pages.opened import LABS, OWN, check, choices, control, controls, numbers, open_page, plain, switches, values

every_lab = pytest.mark.parametrize("slug", LABS)


def pairs(wishes):
    """Every wish on the page with the most kinds of controls, and two of them on the other pages."""
    return [("min-max", wish) for wish in wishes] + [
        (slug, wish) for slug in LABS[1:] for wish in ("", "none of these")
    ]


def far_end(one):
    """The limit of a number that is not its present value."""
    return one.max if one.value != one.max else one.min


def offers(app):
    """What each control lets one choose."""
    return {one.key: tuple(getattr(one, "options", ())) for one in controls(app)}


@cache
def defaults_of(slug):
    return values(open_page(slug))


NOT_USABLE = [
    "",
    " ",
    "nan",
    "-inf",
    "1e999",
    "9" * 400,
    "none of these",
    "'; DROP TABLE wines; --",
    "<script>alert(1)</script>",
    "[click](https://example.org)",
    "![picture](https://example.org/x.png)",
    "$x^2$ and :red[red] **bold** _thin_ `code` | # - \\",
    "0x10",
    "wine\nwine\r\n",
    "\u202ereversed\u0000",
    "日本語",
]


def answer(app, key, asked, allowed, default):
    """Assert that the page names the parameter, the wish and the way out, and uses the default."""
    check(app)
    assert len(app.warning) == 1, (key, asked)
    message = plain(app.warning[0].value)
    assert key in message
    assert control(app, key).label.partition(" (")[0].lower() in message
    for word in allowed:
        assert word in message, (word, message)
    start = asked.strip()[:15].split("\n", 1)[0].translate(dict.fromkeys(map(ord, "\0\u202e")))
    assert start in message, (start, message)
    assert len(message) < 500
    assert control(app, key).value == default
    assert key not in app.query_params


@pytest.mark.parametrize(("slug", "asked"), pairs(NOT_USABLE))
def test_a_wish_that_no_control_understands_is_answered(slug, asked):
    defaults = defaults_of(slug)
    app = open_page(slug, **dict.fromkeys(defaults, asked))
    check(app)
    # Streamlit draws a segmented control without a choice when the link gives it an empty text, until the next run.
    first = {key: defaults[key] if value is None and not asked else value for key, value in values(app).items()}
    assert first == defaults
    assert len(app.warning) == 1
    message = plain(app.warning[0].value)
    assert all(key in message for key in defaults), message
    assert len(re.findall(r" (?:is|are) used\.", message)) == len(defaults)
    app.run()
    check(app)
    assert values(app) == defaults


@every_lab
def test_a_number_outside_its_limits_is_answered_with_the_limits(slug):
    for one in numbers(open_page(slug)):
        limits = [f"{one.min:g}".replace("-", "−"), f"{one.max:g}".replace("-", "−"), f"{one.value:g} is used"]
        for asked in (one.max + one.step, one.min - one.step, 1e300, -1e300, math.inf):
            answer(open_page(slug, **{one.key: repr(asked)}), one.key, repr(asked), limits, one.value)


@pytest.mark.parametrize(("slug", "key"), [("layer-norm", "ln_draw"), ("batch-renorm", "rn_step")])
def test_the_way_back_to_a_number_without_end_is_answered(slug, key):
    app = open_page(slug)
    default = control(app, key).value
    back(app, {key: "inf"})
    answer(app, key, "inf", [f"{default:g} is used"], default)
    app.run()
    check(app)
    assert not app.warning


@every_lab
def test_a_number_between_two_steps_is_moved_to_one_of_them_in_the_address_too(slug):
    for one in numbers(open_page(slug)):
        asked = one.min + 1.3 * one.step
        app = open_page(slug, **{one.key: repr(asked)})
        check(app)
        value = control(app, one.key).value
        assert math.isclose(value, one.min + one.step), (one.key, value)
        assert len(app.warning) == 1
        assert "between two steps" in app.warning[0].value
        # A default stands in no address.
        assert app.query_params.get(one.key) in ((str(value), [str(value)]) if value != one.value else (None,))


@every_lab
def test_a_link_may_write_a_number_without_commas_and_with_a_hyphen(slug):
    for one in choices(open_page(slug)):
        for option in one.options:
            plainly = option.replace(",", "").replace("−", "-")
            if plainly == option or not re.fullmatch(r"-?[\d.]+", plainly):
                continue
            app = open_page(slug, **{one.key: plainly})
            check(app)
            assert not app.warning
            assert control(app, one.key).value == option


@every_lab
def test_an_option_that_is_not_offered_is_answered_with_the_options(slug):
    for one in choices(open_page(slug)):
        several = isinstance(one.value, list)
        used = f"{', '.join(one.value)} are used" if several else f"{one.value} is used"
        allowed = [*one.options[:8], used]
        # In other letters, by number, and cut short: a link must name an option as it is shown.
        for asked in (one.options[0].upper() + " ", "0", one.options[-1][:-1])[: None if slug == "min-max" else 1]:
            answer(open_page(slug, **{one.key: asked}), one.key, asked, allowed, one.value)


@pytest.mark.parametrize("slug", [slug for slug in LABS if switches(open_page(slug))])
@pytest.mark.parametrize("asked", ["true", "TRUE", "false", "1", "0", "on", "off", "yes", "2"])
def test_a_switch_does_what_the_link_says_or_says_why_not(slug, asked):
    for one in switches(open_page(slug)):
        app = open_page(slug, **{one.key: asked})
        check(app)
        wanted = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}.get(asked.lower())
        if not app.warning:
            assert control(app, one.key).value is wanted
        else:
            answer(app, one.key, asked, ["true", "false"], one.value)


@every_lab
def test_a_link_sets_what_it_names_and_nothing_else(slug):
    defaults = defaults_of(slug)
    for one in controls(open_page(slug)):
        if hasattr(one, "options"):
            text = next((option for option in one.options[::-1] if option not in (one.value, OWN)), one.value)
            wanted = [text] if isinstance(one.value, list) else text
        elif hasattr(one, "min"):
            wanted, text = far_end(one), f"{far_end(one):g}"
        else:
            wanted, text = not one.value, str(not one.value).lower()
        app = open_page(slug, **{one.key: text})
        check(app)
        assert not app.warning
        assert control(app, one.key).value == wanted
        # A choice may bring other controls with it, or other options to choose from.
        offered = offers(app)
        unmoved = {key for key in offers(open_page(slug)).items() & offered.items() if key[0] != one.key}
        assert {key: values(app)[key] for key, _ in unmoved} == {key: defaults[key] for key, _ in unmoved}


@every_lab
def test_a_parameter_that_no_control_knows_is_left_alone(slug):
    app = open_page(slug, utm_source="syllabus", mm="1", v="2")
    check(app)
    assert not app.warning
    assert {"utm_source": "syllabus", "mm": "1", "v": "2"}.items() <= app.query_params.items()


@every_lab
def test_a_parameter_given_twice_does_no_harm(slug):
    for one in controls(open_page(slug)):
        app = open_page(slug, **{one.key: [str(one.value), "none of these"]})
        check(app)
        assert control(app, one.key).value == one.value


def test_a_feature_of_another_data_set_is_answered():
    app = open_page("min-max", mm_data="Digits", mm_feature="proline")
    answer(app, "mm_feature", "proline", ["pixel 0,0", "pixel 3,4 is used", "56 more"], "pixel 3,4")
    assert control(app, "mm_data").value == "Digits"


@every_lab
def test_the_message_goes_once_the_learner_moves_on(slug):
    one = controls(open_page(slug))[0]
    app = open_page(slug, **{one.key: "none of these"})
    assert app.warning
    control(app, one.key).set_value(one.options[0])
    app.run()
    check(app)
    assert not app.warning


# The message is made in one place, so one page stands for all.
@pytest.mark.parametrize(
    "asked",
    [
        "[click](https://example.org)",
        "![i](https://example.org/i.png)",
        "**a** _b_ `c` ~~d~~",
        "``` a",
        "a\n\n# b",
        "a\n\n| b |\n|--|\n| c |",
        "a\n\n- b",
        "<https://example.org>",
        "www.example.org",
        "&lt;b&gt;",
        "$x^2$ and $y$",
        ":red[x]",
        ":material/home:",
    ],
)
def test_a_link_cannot_write_markup_into_the_page(asked):
    message = open_page("min-max", mm_data=asked).warning[0].value
    blocks = MarkdownIt("gfm-like", {"html": False, "linkify": False}).parse(message)
    assert {block.type for block in blocks} == {"paragraph_open", "inline", "paragraph_close"}
    children = [child for block in blocks for child in block.children or ()]
    assert {child.type for child in children} <= {"text", "text_special", "softbreak", "code_inline"}, message
    letters = re.findall(r"\w+", asked)
    assert letters == re.findall(r"\w+", "".join(child.content for child in children))[4 + 1 : 4 + 1 + len(letters)]
    # Streamlit also looks for formulas, colours, icons and bare addresses where no backslash and no code span forbids.
    outside = re.sub(r"`[^`]*`", "", message)
    assert not re.search(r"(?<!\\)(\$|:[a-z])|https:|www\.", outside), message


@every_lab
def test_reset_brings_every_default_back(slug):
    app = open_page(slug)
    defaults = values(app)
    for key in [one.key for one in choices(app)]:
        if key not in values(app):
            continue  # another choice took it along
        one = control(app, key)
        others = [option for option in one.options if option not in (defaults[key], OWN)]
        if others:
            one.set_value(others[-1:] if isinstance(defaults[key], list) else others[-1])
        app.run()
    for one in numbers(app):
        control(app, one.key).set_value(far_end(one))
    for one in switches(app):
        control(app, one.key).set_value(not one.value)
    app.run()
    check(app)
    moved, offered = values(app), offers(app)
    assert all(moved[key] != value for key, value in defaults.items() if key in moved and len(offered[key]) != 1), moved
    next(button for button in app.button if button.label == "Reset").click()
    app.run()
    check(app)
    assert values(app) == defaults


@every_lab
def test_reset_clears_what_a_link_asked_for(slug):
    defaults = defaults_of(slug)
    app = open_page(slug, **{one.key: f"{one.max:g}" for one in numbers(open_page(slug))})
    next(button for button in app.button if button.label == "Reset").click()
    app.run()
    check(app)
    assert values(app) == defaults


@every_lab
def test_the_browser_knows_the_defaults_in_every_run(slug):
    # The browser leaves a value out of the address when it equals this default. If it changed from run to
    # run, the copied link would open with another value than the one that was on the screen.
    app = open_page(slug)
    first = {one.key: _default(one) for one in controls(app)}
    app.run()
    assert {one.key: _default(one) for one in controls(app)} == first
    for one in numbers(app):
        assert _default(one) == one.value


def _default(one):
    default = one.proto.default
    if not hasattr(default, "__len__") or isinstance(default, str):
        return default
    found = list(default)  # a slider's default may be a range
    return found[0] if len(found) == 1 and isinstance(found[0], float) else found


def grids():
    """Number controls as a page would declare them: limits and default on the grid, in short decimals."""

    def made(first, many, step, at):
        digits = max(0, -math.floor(math.log10(step) + 1e-9)) + 1
        low, high, default = (round(place * step, digits) for place in (first, first + many, first + at % many))
        return Number("N", low, high, default, step)

    return st.builds(
        made,
        st.integers(-1000, 1000),
        st.integers(1, 500),
        st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 100.0]),
        st.integers(0, 1000),
    )


anything = st.floats(allow_nan=True, allow_infinity=True)


@given(grids(), anything)
def test_a_clamped_value_is_inside_on_the_grid_and_stays_there(control_, value):
    clamped = control_.clamp(value)
    assert control_.low <= clamped <= control_.high
    assert control_.clamp(clamped) == clamped
    if clamped not in (control_.low, control_.high, control_.default):
        steps = (clamped - control_.low) / control_.step
        assert math.isclose(steps, round(steps), abs_tol=1e-6)
    if control_.whole:
        assert isinstance(clamped, int)


@given(grids(), st.floats(0, 1))
def test_clamping_moves_a_value_inside_by_half_a_step_at_most(control_, share):
    value = control_.low + share * (control_.high - control_.low)
    assert abs(control_.clamp(value) - value) <= control_.step / 2 + 1e-9 * max(1.0, abs(value))


@given(grids(), anything, anything)
def test_clamping_keeps_the_order(control_, one, other):
    if math.isfinite(one) and math.isfinite(other):
        low, high = sorted((one, other))
        assert control_.clamp(low) <= control_.clamp(high)


@given(grids(), anything)
def test_what_does_not_make_sense_becomes_the_default(control_, value):
    if not math.isfinite(value):
        assert control_.clamp(value) == control_.default


@given(grids(), st.text(max_size=30))
def test_a_parsed_text_is_a_number_inside_the_limits_or_nothing(control_, text):
    parsed = control_.parse(text)
    assert parsed is None or (math.isfinite(parsed) and control_.low <= parsed <= control_.high)


@given(grids(), st.floats(0, 1))
def test_a_value_written_and_read_again_is_the_same_step(control_, share):
    value = control_.clamp(control_.low + share * (control_.high - control_.low))
    assert control_.clamp(float(control_.text(value).replace("−", "-"))) == value


@given(st.text())
@settings(max_examples=200)
def test_a_switch_reads_any_text(text):
    assert Switch("S").parse(text) in (True, False, None)


def test_what_is_allowed_is_said_with_the_values():
    assert "−2.5" in Number("N", -2.5, 10, 0, 0.5).allowed()
    assert "10" in Number("N", -2.5, 10, 0, 0.5).allowed()
    many = Choice("C", tuple("abcdefghijk"), "a").allowed(tuple("abcdefghijk"))
    assert "a, b, c, d, e, f, g, h" in many
    assert "3 more" in many
