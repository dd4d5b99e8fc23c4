"""Training curves: several networks that differ in one setting, trained while one watches, and looked into."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, NamedTuple

import streamlit as st

from normlib.components.run_view import Measure, RunArm, forget_step, run_view
from normlib.figures.look import DARK
from normlib.training import Comparison, Experiment, cost
from normlib.training.agreement import agreement
from normlib.words import count, listed, number
from pages.parts import experiment_settings
from pages.parts.control_kinds import Choice, Switch
from pages.parts.controls import Controls
from pages.parts.experiment_wanted import Wanted, draw_settings, in_words
from pages.parts.experiment_words import layer_names, spoken, styles, summary, toy_points
from pages.parts.frame import what_next
from pages.parts.guess import Guess, ask, start_over
from pages.parts.keras_code import keras_code
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.learner import learner_id
from pages.parts.measured import UNDECIDED, Measured, measured, numbers, rows, sentence, title
from pages.parts.rows import csv_text
from pages.parts.runs import Asked, RunDesk, again_button, results_of, status_of

SHOWN: Final = {
    "Test accuracy": Measure("test_accuracy", "Test accuracy", percent=True),
    "Test loss": Measure("test_nll", "Test loss", log=True),
    "Training loss": Measure("loss_mean", "Training loss", log=True),
    "Gradient": Measure("gradient", "Gradient norm", log=True),
}
IDLE: Final = {"relu": "dead", "sigmoid": "saturated", "tanh": "saturated", "identity": ""}
DESK: Final = RunDesk("tc")
STEP: Final = "tc_step"
KERAS: Final = RunDesk("tc_keras", linked=False)


def forget() -> None:
    """Show no run and no chosen step any more."""
    forget_step(STEP)
    start_over(DESK, "tc")


CONTROLS = Controls(
    "tc",
    {
        **experiment_settings.CONTROLS,
        "show": Choice("Show", tuple(SHOWN), "Test accuracy", segments=True),
        "live": Switch("Run after every change"),
    },
    forget=forget,
)


class About(NamedTuple):
    """What the page remembers of a run besides its settings."""

    factor: str
    labels: tuple[str, ...]
    guess: str | None
    turn: int

    @property
    def names(self) -> list[str]:
        """The arms as in a sentence."""
        return [spoken(self.factor, label) for label in self.labels]


def engine_of(comparison: Comparison) -> str:
    """Name the engine that trains the networks."""
    return "numpy" if all("numpy" in arm.engines for arm in comparison.arms) else "keras"


def begin(wanted: Wanted, guess: str | None) -> None:
    """Ask for the run of the present settings."""
    assert wanted.comparison is not None  # noqa: S101 - the button is off without one
    # A run that was stopped has the same key when it is asked for again, and is to be followed anew.
    before = DESK.asked
    turn = before.about.turn + 1 if before is not None and before.wanted == wanted.comparison else 0
    DESK.ask(wanted.comparison, engine_of(wanted.comparison), About(wanted.factor, wanted.labels, guess, turn))


FITTING: Final = {
    "data": "Digits",
    "depth": "2",
    "width": "16",
    "steps": "200",
    "seeds": "3",
    "method_arms": ["None", "Batch", "Layer"],
}
"""What a convolutional network or a transformer can be trained with in a few seconds."""


def fit_network(names: Collection[str]) -> None:
    """Set these controls to what fits (a callback)."""
    st.session_state.update({CONTROLS.key(name): FITTING[name] for name in names})


def run_again(asked: Asked) -> None:
    """Train anew what was read from the store."""
    about = asked.about._replace(turn=asked.about.turn + 1)
    DESK.ask(asked.wanted, engine_of(asked.wanted), about, again=True)


def run_controls(wanted: Wanted, *, live: bool, locked: Callable[[str], bool]) -> Guess:
    """Draw the guess and the button, and begin the run where it is asked for."""
    comparison = wanted.comparison
    guess = ask(
        "Your guess: which gets most test rows right?",
        [*wanted.labels, UNDECIDED],
        key=f"tc_guess_{wanted.factor}_{'_'.join(wanted.labels)}",
        stored=lambda: False,
        ready=comparison is not None,
    )
    if comparison is None:
        st.info(" ".join(wanted.problems))
        free = [name for name in FITTING if not locked(name)]
        if free and st.session_state.get(CONTROLS.key("network"), "Dense") != "Dense":
            st.button("Use settings that fit", key="tc_fit", on_click=fit_network, args=(free,))
        return guess
    asked = DESK.asked
    changed = asked is not None and asked.wanted != comparison
    known = guess.open and ((live and changed) or (asked is None and DESK.asked_by_link(comparison)))
    if guess.pressed or known:
        begin(wanted, guess.value)
        changed = False
    elif guess.value and asked is not None and not changed and asked.about.guess != guess.value:
        DESK.remember(asked.about._replace(guess=guess.value))
    base, seconds = comparison.base, sum(cost.seconds(arm) for arm in comparison.arms)
    st.caption(
        f"{summary(comparison)}. {len(wanted.labels)} × {count(len(base.seeds), 'seed')}, {base.steps:,} updates each, "
        f"about {count(max(1, round(seconds)), 'second')}."
        + (" The curves still show the run before this change." if changed else "")
    )
    if DESK.refused:
        st.warning(DESK.refused)
    for warning in dict.fromkeys(warning for arm in comparison.arms for warning in arm.warnings):
        st.caption(in_words(warning))
    return guess


def draw_run(wanted: Wanted, shown: Measure, guess: Guess) -> None:
    """Draw the run that was asked for, or the place where it will be."""
    asked = DESK.asked if guess.open else None
    comparison = asked.wanted if asked else wanted.comparison
    if not isinstance(comparison, Comparison):
        return
    about = asked.about if asked else About(wanted.factor, wanted.labels, None, 0)
    found = None
    if asked is not None and (results := results_of(asked.key)) is not None:
        found = measured(results, about.labels, about.names)
    names = layer_names(comparison)
    run_view(
        key="tc_view",
        run=asked.key if asked else None,
        check=check_key(asked),
        turn=about.turn,
        arms=[
            RunArm(label, style.color, style.dash, style.symbol, padded(arm, len(names)), IDLE[arm.activation])
            for label, style, arm in zip(about.labels, styles(about.factor, about.labels), comparison.arms, strict=True)
        ],
        show=shown,
        steps=comparison.base.recorded,
        seeds=comparison.base.seeds,
        layers=names,
        toy=toy_points(comparison.base),
        title=title(found) if found else "What does this one setting change?",
        sentence=sentence(found, about.guess) if found else wanted.differs,
        alt=f"{shown.label} of {listed(about.names)} over the updates, with the median and the range of the seeds.",
        waiting="Guess which gets most test rows right, then press Run.",
        learner=learner_id(),
        step_parameter=STEP,
        on_stop=DESK.stop,
        dark=DARK,
        file_name="training curves",
    )
    if asked is not None:
        after_run(asked, found)


def padded(arm: Experiment, layers: int) -> tuple[bool, ...]:
    """Return which layers of an arm have a norm, as many as the deepest arm has layers."""
    return (*arm.norms, *(False,) * (layers - len(arm.norms)))[:layers]


def check_key(asked: Asked | None) -> str | None:
    """Return the key of the run by Keras that belongs to a run, if it was asked for."""
    found = KERAS.asked
    return found.key if asked is not None and found is not None and found.about == asked.key else None


def after_run(asked: Asked, found: Measured | None) -> None:
    """Draw what stands behind a run that has ended."""
    status = status_of(asked.key)
    if found is None or status is None or not status.ended:
        return

    def text() -> str:
        return csv_text(*rows(found))

    explain(
        "tc_tabs",
        {
            "Numbers": lambda: arms_table(asked, found, stored=status.stored),
            "Check with Keras": lambda: keras_check(asked, found),
            "How it is computed": lambda: computed(asked, found),
            "Code": lambda: keras_code([one.experiment for one in found.results], list(found.labels)),
        },
        Download("training-curves.csv", text),
    )


def arms_table(asked: Asked, found: Measured, *, stored: bool) -> None:
    """Show what each arm reached."""
    st.markdown(numbers(found))
    st.caption(
        f"Test accuracy at the last record, over {count(found.seeds, 'seed')}. A stopped seed counts with its last value. "
        f"Differences are in percentage points, seed by seed, with the same rows and first weights on both sides. {found.found.caution}"
    )
    if stored:
        again_button("tc", run_again, asked)


def begin_check(asked: Asked) -> None:
    """Ask Keras for the same run."""
    KERAS.ask(asked.wanted, "keras", asked.key)


def keras_check(asked: Asked, found: Measured) -> None:
    """Train the same networks with Keras, and say how far the curves are apart."""
    if any("numpy" not in one.experiment.engines for one in found.results):
        st.markdown("These networks were trained by Keras itself.")
        return
    key = check_key(asked)
    st.markdown(
        "The curves come from this laboratory's own engine in NumPy. Keras can train the same networks: the same layers "
        "from `keras.layers`, the same rows, batches and first weights."
    )
    if key is None:
        st.button("Check with Keras", key="tc_check_button", on_click=begin_check, args=(asked,))
        if KERAS.refused:
            st.warning(KERAS.refused)
        return
    status = status_of(key)
    if status is None or not status.ended:
        st.caption("Keras is training; the dotted curves are its own.")
        return
    theirs = results_of(key)
    if theirs is None:
        st.warning(status.message or "Keras recorded nothing.")
        return
    for name, own, other in zip(found.names, found.results, theirs, strict=True):
        st.markdown(f"- {agreement_words(name, agreement(own, other))}")
    st.caption(
        "Both compute in float32 and round differently. Training multiplies such differences from update to update, "
        f"so the first updates tell whether both compute the same, and the last ones how much chance there is in one run. Trained by {theirs[0].made_by}."
    )


def agreement_words(name: str, found) -> str:
    """Say how far two engines are apart."""
    start = float(found.deviation[min(1, len(found.deviation) - 1)])
    apart = (
        f"never more than {number(100 * float(found.deviation[-1]), 2)} % apart"
        if found.apart is None
        else f"within 1 % up to update {max((int(s) for s in found.steps if s < found.apart), default=0):,}"
    )
    return (
        f"**{name[:1].upper()}{name[1:]}**: the losses are {apart} (at the second record {number(100 * start, 2)} %). At the end the "
        f"test accuracy of a seed differs by up to {number(100 * found.accuracy, 2)} points."
    )


def computed(asked: Asked, found: Measured) -> None:
    """Say what is the same in all arms, and how the intervals are made."""
    e = found.results[0].experiment
    st.markdown(
        f"Each seed draws its own split ({e.train_rows:,} training rows, {e.size.rows - e.train_rows:,} test rows), batch order and "
        "first weights. Whatever is compared uses the same draws for the same seed, so what differs is the setting alone. "
        "With $d_s$ the difference of two of them for seed $s$ and $n$ seeds,"
    )
    st.latex(r"\bar d \pm t_{0.975,\,n-1}\,\frac{\mathrm{sd}(d)}{\sqrt{n}}")
    st.markdown(
        "is the 95 % interval of the mean difference over all seeds on this data set. Test accuracy and test loss are taken in "
        "inference mode, where batch norm uses its running statistics. The training loss is the mean over the batches "
        "since the record before. Histograms hold all values of one training batch that enter or leave a norm."
    )
    if asked.about.factor != "learning_rate":
        st.markdown(
            f"All use the learning rate {e.learning_rate:g}. It may suit one better than another: compare again at "
            "another rate before you call one of them best."
        )
    st.caption(f"Trained by {found.results[0].made_by}.")


def body(page: Lab) -> None:
    """Draw the controls and, beside them, the run."""
    with page.controls:
        # What to do first stands first: the rest decides what it does, and is drawn before it.
        differs, first = st.container(), st.container()
        wanted = draw_settings(page.panel, differs)
        live = page.panel.switch("live")
        with first:
            guess = run_controls(wanted, live=live, locked=page.panel.locked)
    with page.figure:
        shown = SHOWN[page.panel.choice("show")]
        draw_run(wanted, shown, guess)


lab(
    "training-curves",
    "Choose what differs, guess, press Run. Then drag the update back and forth to look inside.",
    CONTROLS,
    body,
)
what_next("See with exact numbers why batch norm does not notice the scale of the weights.", "invariance")
