"""Keras programs on a page: shown, and given away as a script and as a notebook."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from normlib.training import Experiment
from normlib.training.programs import exact, notebook


def keras_code(arms: Sequence[Experiment], labels: Sequence[str], *, key: str = "keras_code") -> None:
    """Draw the choice of an arm and a seed, and the program that repeats its curve.

    Args:
        arms: the experiments.
        labels: their names, all different.
        key: unique on the page.
    """
    with st.container(horizontal=True, gap="small"):
        label = st.selectbox("Arm", list(labels), key=f"{key}_arm") if len(arms) > 1 else labels[0]
        e = arms[list(labels).index(label)]
        seed = st.selectbox("Seed", e.seeds, key=f"{key}_seed") if len(e.seeds) > 1 else e.seeds[0]
    program = exact(e, seed)
    st.caption(
        "A program of its own: Keras, NumPy and scikit-learn are all it needs. It makes the same split, first weights "
        f"and batches as seed {seed} here, and prints what this run recorded, up to the rounding of {e.dtype}."
    )
    st.code(program, language="python", wrap_lines=True)
    downloads(program, "exact", key=key)


def downloads(program: str, name: str, *, key: str) -> None:
    """Draw two buttons that give a program away.

    Args:
        program: as `normlib.training.programs` writes it.
        name: of the files, without ending.
        key: unique on the page.
    """
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Download as script (.py)",
            program,
            file_name=f"{name}.py",
            mime="text/x-python",
            key=f"{key}_py",
            on_click="ignore",
        )
        st.download_button(
            "Download as notebook (.ipynb)",
            lambda: notebook(program),
            file_name=f"{name}.ipynb",
            mime="application/x-ipynb+json",
            key=f"{key}_ipynb",
            on_click="ignore",
        )
