"""The start page: what this is, and where to begin."""

import streamlit as st

from pages.catalogue import START, sections

st.title(START.question, anchor=False)
st.markdown(
    "Numbers arrive in many units, and the layers of a network drift to many scales. **Normalizing** brings "
    "them to a common one. Here you can take hold of the data and see what that changes, and what it does not."
)
for name, pages in sections().items():
    if not name:
        continue
    st.subheader(name, anchor=False)
    for page in pages:
        with st.container(key=f"card_{page.slug}", gap=None):
            st.page_link(page.path, label=f"**{page.question}**")
            st.caption(page.summary)
