"""A tensor view of any of the activations with any method, the controls in the address."""

import numpy as np
import streamlit as st

import normlib
from normlib.activations import activations
from normlib.components.link import copy_link
from normlib.components.tensor_view import Step, tensor_view
from normlib.figures.look import DARK, METHODS
from pages.parts.control_kinds import Choice, Number, Place
from pages.parts.controls import Controls
from pages.parts.frame import notes

CONTROLS = Controls(
    "ax",
    {
        "data": Choice("Activations", ("digits", "photographs", "dense"), "digits"),
        "method": Choice("Method", tuple(METHODS), "batch"),
        "axes": Choice("Axes", ("H, W, C", "C", "W, C", "W"), "H, W, C"),
        "steps": Choice("Steps", ("none", "groups", "batch size"), "none"),
        "affine": Choice("Gamma and beta", ("none", "per channel", "per element"), "none"),
        "groups": Number("Groups", 1, 6, 2),
        "size": Number("Batch size", 1, 6, 6),
        "at": Place("value"),
    },
)


def normalized(x, method, axes, groups, affine):
    if method == "none":
        return None
    chosen = tuple("NHWC".index(letter) for letter in axes.split(", "))
    shape = tuple(x.shape[axis] for axis in chosen) if method in ("layer", "rms") else (x.shape[3],)
    given = {}
    if affine != "none":
        draw = np.random.default_rng(1)
        given["gamma"] = draw.uniform(0.5, 1.5, shape)
        if method != "rms":
            given["beta"] = draw.normal(0, 1, shape)
    match method:
        case "batch":
            return normlib.batch_norm(x, **given)
        case "layer":
            return normlib.layer_norm(x, axes=chosen, **given)
        case "rms":
            return normlib.rms_norm(x, axes=chosen, **given)
        case "instance":
            return normlib.instance_norm(x, **given)
        case _:
            return normlib.group_norm(x, groups, **given)


def step(text, value, x, method, settings):
    try:
        result, problem = normalized(x, method, *settings), ""
    except ValueError as error:
        result, problem = None, str(error)
    return Step(
        text,
        value,
        result,
        title=f"{METHODS[method].name}: {text}",
        sentence=f"There are {text}.",
        problem=problem,
        samples=len(x),
    )


def body():
    panel = CONTROLS.open()
    with st.container(horizontal=True):
        data, method, axes = panel.choice("data"), panel.choice("method"), panel.choice("axes")
        steps, affine = panel.choice("steps"), panel.choice("affine")
        groups, size = int(panel.number("groups")), int(panel.number("size"))
    found = activations(data)
    # The core in float64, so that the browser can check it to the last digit.
    x = found.x.astype(np.float64)
    place = panel.place("at", x.shape, (0, x.shape[1] // 2, x.shape[2] // 2, 1))
    value = float(groups)
    if steps == "groups":
        shown = [step(f"{g} groups", g, x, "group", (axes, g, affine)) for g in (1, 2, 3, 6)]
    elif steps == "batch size":
        value = float(size)
        shown = [step(f"{n} samples", n, x[:n], method, (axes, groups, affine)) for n in range(1, 7)]
    else:
        groups = max(g for g in (1, 2, 3, 6) if g <= groups)
        shown = [step(f"{groups} groups", value, x, method, (axes, groups, affine))]
    tensor_view(
        x,
        shown,
        value=value,
        key="view",
        samples=found.samples,
        channels=found.channels,
        style=METHODS["group" if steps == "groups" else method],
        dark=DARK,
        alt=f"{found.title} before and after normalization.",
        place=place,
        place_key=CONTROLS.key("at"),
        range_label="Groups" if steps == "groups" else "Batch size",
        on_release=lambda value: panel.set("groups" if steps == "groups" else "size", value),
    )
    notes(panel.problems)
    st.text(f"place {place}")


st.set_page_config(layout="wide")
st.title("A tensor")
copy_link(key="copy")
st.button("Reset", on_click=CONTROLS.reset)
st.fragment(body)()
