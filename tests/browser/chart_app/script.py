"""A page with one chart that has frames, one that has none, and controls that change them."""

import time

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from normlib.components.chart import Frames, chart

POSITIONS = np.linspace(0, 10, 21)
X = np.arange(200.0)


def wave(shift):
    y = np.sin(X / 20 + shift) * (1 + shift)
    y[50:60] = np.nan
    return y


def picture(shift, scale):
    figure = go.Figure(
        [
            go.Scatter(
                x=X,
                y=wave(shift) * scale,
                mode="lines",
                name="wave",
                # So that Plotly keeps points on straight lines, and two pictures can be compared exactly.
                line={"color": "#0072B2", "simplify": False},
            ),
            go.Bar(x=np.arange(10.0), y=np.arange(10.0) + shift, name="steps", marker={"color": "#D55E00"}),
        ],
        {"template": "none", "yaxis": {"range": [-12, 22]}, "xaxis": {"range": [0, 200]}, "margin": {"t": 10}},
    )
    figure.add_annotation(x=100, y=shift, text=f"shift {shift:.1f}", showarrow=False)
    return figure


def released(value):
    st.session_state.shift = value
    st.session_state.setdefault("calls", []).append(value)


def double():
    st.session_state.scale = st.session_state.get("scale", 1) * 2


st.title("Charts")
if not st.checkbox("Charts", value=True):
    st.stop()
shift = st.session_state.get("shift", 2.0)
scale = st.session_state.get("scale", 1)
st.button("Scale", on_click=double)
if st.button("Slow"):
    time.sleep(0.4)
    scale = 7
value = chart(
    picture(shift, scale),
    key="wave",
    title=f"A shift of {shift:.1f} makes the wave taller",
    sentence=f"The wave reaches {1 + shift:.1f}.",
    alt="A wave with a gap, and ten bars.",
    frames=Frames(
        "Shift",
        "mm",
        POSITIONS.tolist(),
        shift,
        {
            (0, "y"): np.array([wave(p) * scale for p in POSITIONS]),
            (1, "y"): np.array([np.arange(10.0) + p for p in POSITIONS]),
        },
        layout={
            "annotations[0].text": [f"shift {p:.1f}" for p in POSITIONS],
            "annotations[0].y": POSITIONS.tolist(),
        },
        titles=[f"A shift of {p:.1f} makes the wave taller" for p in POSITIONS],
        sentences=[f"The wave reaches {1 + p:.1f}." for p in POSITIONS],
    ),
    narrow={"legend.orientation": "h", "height": 300},
    dark={"#0072B2": "#56B4E9"},
    on_release=released,
)
st.text(f"calls {st.session_state.get('calls', [])} returned {value} scale {scale}")
chart(
    go.Figure(go.Heatmap(z=np.outer(X[:20], X[:30])), {"template": "none"}),
    key="still",
    title="A product grows along the diagonal",
    sentence="The largest value is 551.",
    alt="A map of products.",
)
