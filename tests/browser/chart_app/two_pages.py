"""Two pages whose controls are in the address, and one without any."""

import streamlit as st

from normlib.components.chart import chart

LINE = {"data": [{"type": "scatter", "y": [1, 2]}], "layout": {}}


def forget() -> None:
    st.session_state.first_x = 2


def first() -> None:
    st.title("First")
    x = st.slider("x", 0, 10, 2, key="first_x", bind="query-params")
    st.text(f"first {x}")
    st.button("Reset", on_click=forget)
    chart(LINE, key="first_chart", title="A line", sentence="It rises.", alt="A line.")


def second() -> None:
    st.title("Second")
    y = st.slider("y", 0, 10, 2, key="second_y", bind="query-params")
    st.text(f"second {y}")
    chart(LINE, key="second_chart", title="A line", sentence="It rises.", alt="A line.")


PAGES = [
    st.Page(first, url_path="first", title="To first"),
    st.Page(second, url_path="second", title="To second"),
    st.Page(lambda: st.title("Third"), url_path="third", title="To third", default=True),
]
st.navigation(PAGES).run()
