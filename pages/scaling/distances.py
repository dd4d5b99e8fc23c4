"""Distances: how much of them one feature owns, and what a vote among neighbours makes of it."""

import numpy as np
import streamlit as st

from normlib import data
from normlib.components.chart import chart
from normlib.distances import distance_share, squared_differences
from normlib.figures.bars import share_bars
from normlib.figures.intervals import Group, interval_dots
from normlib.figures.look import DARK, SCALERS
from normlib.neighbours import paired_difference
from normlib.words import count, listed, number, percent, table
from pages.parts.control_kinds import Choice
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.kinds import KIND_OF, SCALER_KINDS, class_name, scaler_choice, spoken
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.source import WITH_OWN, Source, choose
from pages.parts.votes import VOTE_DATA, differences, measure, stored

MOST_ROWS = 13
CONTROLS = Controls(
    "di",
    {
        "data": WITH_OWN,
        "scaler": scaler_choice("standard"),
        "view": Choice("Show", ("Shares and votes", "Shares", "Votes"), "Shares and votes"),
    },
)


def shares_under(source: Source, kind: str) -> np.ndarray:
    """Return the share of the squared distance that each feature owns under a scaler, (C,)."""
    return distance_share(SCALER_KINDS[kind].fit(source.x).transform(source.x))


def draw_shares(source: Source, kind: str) -> None:
    """Draw the shares of all features, or of the largest ones where there are many."""
    raw, scaled = shares_under(source, "none"), shares_under(source, kind)
    order = np.argsort(-raw, kind="stable")[:MOST_ROWS]
    groups = [(SCALERS["none"], raw[order])] + ([(SCALERS[kind], scaled[order])] if kind != "none" else [])
    names = [source.features[index] for index in order]
    if len(source.features) > MOST_ROWS:
        rest = len(source.features) - MOST_ROWS
        names.append(f"{count(rest, 'other feature')}")
        groups = [
            (style, np.append(shares, whole.sum() - shares.sum()))
            for (style, shares), whole in zip(groups, (raw, scaled), strict=False)
        ]
    drawn, height = share_bars(names, groups, "share of the mean squared distance")
    largest, after = int(np.argmax(raw)), int(np.argmax(scaled))
    owner = f"{source.features[largest]} owns {percent(raw[largest])} of the squared distance"
    if kind == "none":
        sentence = (
            f"Between two {source.noun}s picked at random, {owner} on average; the other "
            f"{count(len(raw) - 1, 'feature')} share {percent(1 - raw[largest])}."
        )
    else:
        each = scaled[scaled > 0]
        equal = each.size and np.ptp(each) < 1e-9
        outcome = (
            f"each of the {each.size} features that vary owns {percent(scaled[after])}"
            if equal
            else f"the largest share is {percent(scaled[after])}, of {source.features[after]}"
        )
        sentence = f"Unscaled, {owner} between two {source.noun}s. After {spoken(kind)}, {outcome}."
    chart(
        drawn,
        key="di_shares",
        title=owner[0].upper() + owner[1:],
        sentence=sentence,
        alt="Bars: the share of the mean squared distance between two samples that each feature owns.",
        height=height,
        narrow={"margin.l": 120},
        dark=DARK,
        file_name="distance shares",
    )


def draw_votes(kind: str) -> None:
    """Draw the accuracy of the neighbour vote for all scalers and built-in data sets."""
    measured = stored().votes
    groups = [
        Group(data.load(name).name.capitalize(), [(SCALERS[k], measured[name, k].interval) for k in SCALER_KINDS])
        for name in VOTE_DATA
    ]
    drawn, narrow, height = interval_dots(groups, "share of unseen samples named right")
    shown = kind if kind != "none" else "standard"
    parts, fates = [], {"gains on": [], "loses on": [], "hardly changes on": []}
    for name in VOTE_DATA:
        raw, scaled = measured[name, "none"], measured[name, shown]
        gain = paired_difference(raw, scaled)
        fates["gains on" if gain.low > 0 else "loses on" if gain.high < 0 else "hardly changes on"].append(name)
        parts.append(
            f"{name} {number(100 * raw.mean)} → {number(100 * scaled.mean)} % "
            f"({number(100 * gain.low, 2)} to {number(100 * gain.high, 2)} points)"
        )
    fate = listed([f"{verb} {listed(names)}" for verb, names in fates.items() if names])
    chart(
        drawn,
        key="di_votes",
        title=f"With {spoken(shown)}, the neighbour vote {fate}",
        sentence=f"Unseen samples named right, raw → scaled, with the 95 % interval of the change: {'; '.join(parts)}.",
        alt="Dots with 95 % intervals: accuracy of the five-neighbour vote per scaler, for three data sets.",
        height=height,
        narrow=narrow,
        dark=DARK,
        file_name="neighbour vote",
    )
    offer_again()


def offer_again() -> None:
    """Say where the votes come from, and measure them again on request."""
    kept = stored()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        again = st.button("Measure again", key="di_again")
        st.caption(
            f"Stored result of {kept.settings['repeats']} × {kept.settings['folds']} folds per scaler and data set, "
            f"seed {kept.settings['seed']}, NumPy {kept.versions['numpy']}."
        )
    if again:
        with st.spinner("Measuring 750 folds; this takes a few seconds."):
            fresh = {(name, k): measure(name, k) for name in VOTE_DATA for k in SCALER_KINDS}
        wrong = differences(fresh)
        total = sum(vote.accuracies.size for vote in fresh.values())
        if wrong:
            st.warning(f"{wrong} of {total} accuracies differ from the stored ones; this machine computes differently.")
        else:
            st.success(f"Measured just now: all {total} accuracies equal the stored ones.")


def numbers(source: Source) -> None:
    """Show the shares under every scaler."""
    shares = {kind: shares_under(source, kind) for kind in SCALERS}
    order = np.argsort(-shares["none"], kind="stable")
    st.markdown(
        table(
            ["feature", *(style.name for style in SCALERS.values())],
            [[source.features[index], *(percent(shares[kind][index]) for kind in SCALERS)] for index in order],
        )
    )


def computed(source: Source, kind: str) -> None:
    """Show the distance of two samples, term by term."""
    st.markdown("A squared distance adds one term per feature. Averaged over all pairs, a term is twice the variance.")
    st.latex(
        r"d^2(a, b) = \sum_j (a_j - b_j)^2, \qquad \text{share}_j = \frac{\operatorname{var}_j}{\sum_k \operatorname{var}_k}"
    )
    complete = source.x[~np.isnan(source.x).any(axis=1)]
    if len(complete) < 2:
        return
    first, second = complete[0], complete[-1]
    scaled = SCALER_KINDS[kind].fit(source.x).transform(np.stack([first, second]))
    raw_terms, terms = squared_differences(first, second), squared_differences(scaled[0], scaled[1])
    order = np.argsort(-raw_terms, kind="stable")[:4]
    st.markdown(f"The first and the last {source.noun} of the table, the four largest terms:")
    st.markdown(
        table(
            ["feature", "first", "last", "squared difference", f"{SCALERS[kind].name.lower()}: squared difference"],
            [[source.features[j], *(number(v) for v in (first[j], second[j], raw_terms[j], terms[j]))] for j in order]
            + [["all features", "", "", number(raw_terms.sum()), number(terms.sum())]],
        )
    )
    st.markdown(
        "The vote: each unseen sample gets the class of most of its five nearest training samples. Accuracy comes "
        "from 5-fold cross-validation, repeated 10 times; the scaler is fitted on the training rows of each fold. "
        "The intervals are corrected for folds that share training rows (Nadeau and Bengio 2003)."
    )


def code(source: Source, kind: str) -> None:
    """Show a program that computes the same."""
    made = class_name(kind)
    vote = f"""
print(neighbour_accuracy(x, known.y, None).interval)
print(neighbour_accuracy(x, known.y, {made}()).interval)  # fitted on the training rows of each fold
"""
    st.code(
        f"""import numpy as np
from normlib import data
from normlib.distances import distance_share
from normlib.neighbours import neighbour_accuracy
from normlib.scalers import {made}

{source.code()}
print(distance_share(x).round(4))
print(distance_share({made}().fit(x).transform(x)).round(4))
{vote if source.y is not None else ""}""",
        language="python",
    )


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        source = choose(panel)
        kind = KIND_OF[panel.choice("scaler")]
        with panel.more():
            shown = panel.choice("view")
    page.reading("largest_share", 100 * float(np.max(shares_under(source, kind))))
    with page.figure:
        if shown != "Votes":
            draw_shares(source, kind)
        if shown != "Shares":
            draw_votes(kind)
        explain(
            "di_tabs",
            {
                "Numbers": lambda: numbers(source),
                "How it is computed": lambda: computed(source, kind),
                "Code": lambda: code(source, kind),
            },
            Download(
                "distance-shares.csv",
                lambda: csv_text(["feature", *SCALERS], [source.features, *(shares_under(source, k) for k in SCALERS)]),
            ),
        )


lab("distances", "Switch the scaler and see who gets a say.", CONTROLS, body)
what_next("Distances are not the only thing that is made in units: so is a step downhill.", "gradient-descent")
