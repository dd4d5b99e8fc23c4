"""One slider, one line: plotly as the app has it, because `st.line_chart` costs the server more."""

import math

import plotly.graph_objects as go
import streamlit as st

frequency = st.slider("Frequency", 1, 20, 3, key="frequency")
line = go.Scatter(y=[math.sin(frequency * step / 100) for step in range(200)])
st.plotly_chart(go.Figure(line, {"template": "none"}), key="line")
