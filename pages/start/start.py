"""The start page: what this is, and where to begin."""

import streamlit as st

from pages.catalogue import START, by_slug, sections

FIRST = "min-max"
LAYERS = "axes"

st.title(START.question, anchor=False)
st.markdown(
    "Measurements come in grams and in kilometres, and the layers of a network drift to scales of their own. "
    "**Normalizing** brings numbers to a common scale. Here you take hold of real data, move them, and see what that "
    "changes and what it does not. Every number and every curve is computed by this program, and its code is shown beside it."
)
first = by_slug(FIRST)
with st.container(key="begin", horizontal=True, vertical_alignment="center", gap="medium"):
    if st.button("Begin: drag an outlier", key="start_begin"):
        st.switch_page(first.path)
    if st.button("Or see which values share a mean", key="start_layers"):
        st.switch_page(by_slug(LAYERS).path)
    st.markdown("No account, nothing is stored.")
for name, pages in sections().items():
    if not name:
        continue
    st.header(name, anchor=False)
    for start in range(0, len(pages), 2):
        for column, page in zip(st.columns(2, gap="small"), pages[start : start + 2], strict=False):
            with column, st.container(border=True, key=f"card_{page.slug}", height="stretch", gap="xsmall"):
                st.page_link(page.path, label=f"**{page.question}**")
                st.caption(page.summary)
