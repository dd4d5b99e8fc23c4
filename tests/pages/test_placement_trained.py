"""The page on trained placements: with jobs that run where they are asked for, and numbers known beforehand."""

import json

import numpy as np
import pytest

from normlib.training import collect
from normlib.training import crossed as crossed_module
from normlib.training.expectations import PLACEMENTS
from normlib.training.jobs import InlineJobs, Shipped, Store
from normlib.training.jobs import shipped as shipped_module
from normlib.training.jobs.keys import ENGINES
from normlib.training.placement_trained import dense_placements, placed, transformer_placements
from pages.parts import runs
from pages.parts.placement_trained_judged import judged
from pages.parts.placement_trained_words import UNDECIDED, sentence, title, verdict
from tests.pages import made_up
from tests.pages.opened import charts, check, choices, control, open_page, open_tab, plain, press, run_line

SLUG = "placement-trained"
FAKES = dict.fromkeys(ENGINES, "tests.pages.made_up:train")
FEW = {"pt_seeds": "5"}
AHEAD = {"none": 0.1, "before": 0.05, "after": 0.07}
BEST = {"none": 0.03, "before": 0.3, "after": 0.1}


def error(e, seed, step):
    """Return an error with a best rate per placement; after is behind by 2 points, times the logarithm of the start."""
    start = e.depth if e.kind == "transformer" else e.scale
    away = 0.1 * np.log10(e.learning_rate / BEST[e.placement]) ** 2
    apart = AHEAD[e.placement] * (1 + np.log10(start))
    return min(0.9, max(0.0, apart + away + 0.001 * seed) + 0.5 * (1 - step / e.steps))


@pytest.fixture(autouse=True)
def jobs(monkeypatch, tmp_path):
    monkeypatch.setattr(made_up, "error", error)
    inline = InlineJobs(Store(tmp_path / "store"), threaded=False, engines=FAKES)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    monkeypatch.setattr(runs, "SHIPPED_RUNS", tmp_path / "shipped")
    return inline


def opened(**link):
    app = open_page(SLUG, **link)
    check(app)
    return app


def chart(app):
    (only,) = charts(app)
    return only


def measured(crossed=None, **settings):
    crossed = crossed or dense_placements(**{"activation": "sigmoid", "seeds": 5, **settings})
    return placed(crossed, collect(crossed.experiments, made_up.train(crossed.experiments)))


def test_without_a_run_the_page_says_what_to_do():
    app = opened(**FEW)
    assert run_line(app)["run"] is None
    assert "press Run" in chart(app)["sentence"]
    said = plain(" ".join(one.value for one in app.caption))
    assert "450 networks: 3 placements × 3 scales × 10 learning rates × 5 seeds" in said
    assert not app.tabs


def test_a_run_shows_what_was_measured():
    app = press(opened(**FEW))
    p = measured()
    assert (chart(app)["title"], chart(app)["sentence"]) == (title(p), sentence(p))
    curves = [trace for trace in chart(app)["figure"]["data"] if "line" in trace]
    for panel in range(3):
        for place in range(3):
            trace = curves[3 * panel + place]
            np.testing.assert_allclose(trace["y"], p.right[place, panel].mean(axis=-1), rtol=1e-6)
    assert app.query_params["pt_run"] == p.crossed.key[:8]


def test_each_is_taken_at_its_own_best_rate():
    p = measured()
    assert [p.rates[p.best[place, 1]] for place in range(3)] == [0.03, 0.3, 0.1]
    # At × 1 after has 2 points more errors at each one's best rate, and fewer at 0.1, away from the best one of before.
    assert p.after_minus_before(1).mean == pytest.approx(-0.02)
    away = 0.1 * np.log10(0.1 / 0.3) ** 2
    assert p.after_minus_before(1, common=True).mean == pytest.approx(away - 0.02)
    said = plain(sentence(p))
    assert "with first weights × 1 before gets 2 points more right than after (95 % interval 2 to 2)" in said
    assert "One rate for all, 0.1 (dotted), would have put after ahead" in said
    assert "as expected" in judged(p)


def test_a_null_is_said_as_such(monkeypatch):
    monkeypatch.setattr(
        made_up, "error", lambda e, seed, step: 0.05 + 0.004 * ((seed * 7 + 3 * len(e.placement) + int(e.scale)) % 5)
    )
    p = measured(activation="relu")
    assert title(p) == "Before and after: no difference is detected, each at its best rate"
    assert "a difference is not detected at this scale" in sentence(p)
    assert verdict(p, "Before").endswith("these seeds do not show it.")
    assert verdict(p, UNDECIDED).endswith("none was found.")


def test_a_wider_range_is_said_where_the_best_rates_are_alike(monkeypatch):
    def alike(e, seed, step):
        stops_early = e.placement == "after" and e.learning_rate > 0.1
        return (
            0.9 if stops_early else 0.05 + 0.004 * ((seed * 7 + 3 * len(e.placement)) % 5) + 0.5 * (1 - step / e.steps)
        )

    monkeypatch.setattr(made_up, "error", alike)
    p = measured(activation="relu")
    assert title(p).endswith("no difference is detected at the best rates, but before bears more learning rates")
    # Before, the rates from 0.001 to 10 work, which are 9, and after those up to 0.1: 4 fewer of about half a decade.
    assert "span 2 decades more with the norm before than with the norm after" in sentence(p)


@pytest.mark.parametrize(("after", "words"), [(0.06, "within ±1 point"), (0.2, "Refuted")])
def test_relu_is_held_against_a_margin(monkeypatch, after, words):
    monkeypatch.setattr(
        made_up, "error", lambda e, seed, step: (after if e.placement == "after" else 0.055) + 0.001 * seed
    )
    assert words in judged(measured(activation="relu"))


def test_an_expectation_that_fails_is_called_refuted(monkeypatch):
    monkeypatch.setattr(made_up, "error", lambda e, seed, step: 0.05 + (0.02 if e.placement == "before" else 0))
    assert "refutes the expectation" in judged(measured())
    refuted = judged(measured(transformer_placements(seeds=3)))
    assert "0 decades wider" in refuted
    assert "refutes the expectation" in refuted


def test_a_run_in_which_every_network_stops_is_answered(monkeypatch):
    monkeypatch.setattr(made_up, "HIGHEST", 0)
    app = press(opened(**FEW))
    assert "Every network stopped" in chart(app)["title"]
    assert "too high" in chart(app)["sentence"]
    assert "all stopped" in open_tab(app, "Numbers").markdown[0].value
    assert "stops at every rate" in open_tab(app, "Numbers").caption[0].value
    check(app)


def test_networks_that_never_leave_the_start_are_not_ranked(monkeypatch):
    monkeypatch.setattr(made_up, "error", lambda e, seed, step: 0.9 - 0.001 * seed)
    app = press(opened(**FEW))
    assert chart(app)["title"] == "Nothing was learned at any learning rate"
    assert "about 10 %" in plain(chart(app)["sentence"])
    assert not [
        trace for trace in chart(app)["figure"]["data"] if trace["name"].endswith("best rate") and len(trace["x"])
    ]
    assert open_tab(app, "Numbers").markdown[0].value.count("learned nothing") == 9


def test_one_seed_is_answered():
    app = press(opened(pt_seeds="1"))
    assert "One seed" in chart(app)["title"]
    assert "choose more" in chart(app)["sentence"]
    for name in ("Numbers", "How it is computed"):
        assert open_tab(app, name).children


def test_a_run_that_was_stopped_half_way_decides_nothing():
    crossed = dense_placements("sigmoid", seeds=5)
    events = list(made_up.train(crossed.experiments))
    p = placed(crossed, collect(crossed.experiments, events[: len(events) // 2]))
    assert not p.ended
    # Nothing of the settings whose turn did not come; what they were before the first update is no result.
    assert 0 < p.known.sum() < p.known.size
    assert "settings are trained so far" in title(p)
    assert "press Run" in sentence(p)
    assert "nothing is decided" in sentence(p, over=False)
    only_the_start = placed(
        crossed, collect(crossed.experiments, [one for one in events if getattr(one, "step", 1) == 0])
    )
    assert not only_the_start.known.any()


def test_too_much_work_is_answered(monkeypatch):
    monkeypatch.setattr(crossed_module, "MOST_SECONDS", 1)
    app = opened(**FEW)
    assert "1 s are allowed" in app.info[0].value
    assert "1 s are allowed" in chart(app)["sentence"]
    assert next(button for button in app.button if button.label == "Run").disabled


def older(folder, crossed, engine, monkeypatch):
    """Put a run there as an earlier state of the code made it."""
    with monkeypatch.context() as patch:
        patch.setattr(shipped_module, "code_version", lambda engine: "an earlier one")
        Shipped(folder).put(
            crossed.experiments, engine, collect(crossed.experiments, made_up.train(crossed.experiments))
        )


@pytest.mark.parametrize(("link", "engine"), [({}, "numpy"), ({"pt_network": "Transformer"}, "keras")])
def test_a_shipped_run_of_an_older_version_waits_for_a_guess_and_can_be_run_again(monkeypatch, tmp_path, link, engine):
    crossed = transformer_placements() if link else dense_placements("sigmoid")
    older(tmp_path / "shipped", crossed, engine, monkeypatch)
    shipped = Shipped(tmp_path / "shipped")
    inline = InlineJobs(Store(tmp_path / "other"), threaded=False, engines=FAKES, shipped=shipped)
    monkeypatch.setattr(runs, "shared_jobs", lambda: inline)
    app = opened(**link)
    assert run_line(app)["run"] is None
    (guess,) = (one for one in app.radio if "guess" in one.label)
    guess.set_value(guess.options[0])
    app.run()
    check(app)
    assert app.query_params["pt_run"]
    first = run_line(app)
    notes = json.dumps([str(one) for one in inline.status(first["run"]).notes])
    assert "by an earlier state of its code" in notes
    press(app, "Run it again")
    assert run_line(app)["name"] != first["name"]
    # Other settings do not come along: the figure stays, and the page says so.
    control(app, "pt_few" if link else "pt_seeds").set_value("1")
    app.run()
    check(app)
    assert "before this change" in " ".join(one.value for one in app.caption)


def test_a_link_shows_its_run():
    key = dense_placements("tanh", seeds=5).key[:8]
    assert run_line(opened(**FEW, pt_activation="Tanh", pt_run=key))["run"]
    assert run_line(opened(**FEW, pt_activation="ReLU", pt_run=key))["run"] is None


@pytest.mark.parametrize(
    ("guess", "words"), [("Before", "and it does."), ("After", "and it does not."), (UNDECIDED, "but there is one")]
)
def test_a_guess_is_answered(guess, words):
    app = opened(**FEW)
    control(app, "pt_guess_dense").set_value(guess)
    press(app)
    assert words in chart(app)["sentence"]


def test_the_tabs_hold_both_rates_and_what_others_published():
    app = press(opened(**FEW))
    first, second = (plain(one.value) for one in open_tab(app, "Numbers").markdown)
    assert "| First weights × 1, before | 0.3 | 94.8 % ± 0.2 |" in first
    assert "| First weights × 1 | −2 (−2 to −2) |" in second
    told = " ".join(one.value for one in open_tab(app, "Published elsewhere").markdown)
    assert "Not our numbers" in told
    for one in PLACEMENTS:
        assert one.network in told
    said = " ".join(one.value for one in open_tab(app, "How it is computed").markdown)
    assert "What would refute it" in said
    check(app)
    assert open_tab(app, "Code").code[0].value


def test_the_transformer_has_its_own_words():
    app = press(opened(pt_network="Transformer", pt_few="3"))
    assert "pre-LN" in chart(app)["title"]
    assert "4 blocks" in chart(app)["sentence"]
    assert "BLEU" in open_tab(app, "Published elsewhere").markdown[0].value


def test_the_activation_is_not_shown_where_it_says_nothing_and_is_not_forgotten():
    app = opened(**FEW, pt_activation="Tanh")
    control(app, "pt_network").set_value("Transformer")
    app.run()
    assert "pt_activation" not in {one.key for one in choices(app)}
    control(app, "pt_network").set_value("Dense")
    app.run()
    assert control(app, "pt_activation").value == "Tanh"
    app = opened(pt_network="Transformer", pt_activation="ReLU")
    control(app, "pt_network").set_value("Dense")
    app.run()
    assert control(app, "pt_activation").value == "ReLU"


def test_every_option_can_be_chosen():
    app = press(opened(**FEW))
    for key in [one.key for one in choices(app) if one.key and "code" not in one.key]:
        widget = control(app, key)
        first = widget.value
        for option in [*widget.options, *([first] if first else [])]:
            control(app, key).set_value(option)
            app.run()
            check(app)
