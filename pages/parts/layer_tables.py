"""What the libraries set unless told otherwise, and where each layer is commonly met."""

from __future__ import annotations

from typing import Final

import streamlit as st

from normlib.defaults import VERSIONS, LayerDefault, layer_defaults
from normlib.figures.look import METHODS
from normlib.layer_facts import LAYERS
from normlib.words import number, table

LIBRARIES: Final = {"keras": "Keras", "pytorch": "PyTorch", "flax": "Flax", "paper": "Paper"}
USES: Final = {
    "batch": ("convolutional networks for images, in large batches", "He et al. 2016", "arxiv.org/abs/1512.03385"),
    "layer": ("transformers and recurrent networks", "Vaswani et al. 2017", "arxiv.org/abs/1706.03762"),
    "instance": ("transferring the style of pictures", "Ulyanov et al. 2016", "arxiv.org/abs/1607.08022"),
    "group": ("detection and segmentation, one or two images at a time", "Wu and He 2018", "arxiv.org/abs/1803.08494"),
    "rms": ("large language models", "Touvron et al. 2023, Llama", "arxiv.org/abs/2302.13971"),
}


def cells(one: LayerDefault) -> list[str]:
    """Write one library's defaults for one layer."""
    groups = "all of C (−1)" if one.groups == -1 else str(one.groups or "–")
    if one.method == "group" and one.groups is None:
        groups = "must be given"
    return [
        one.name,
        one.over,
        "not given" if one.eps is None else f"{one.eps:.6f}".rstrip("0") if one.eps >= 1e-6 else number(one.eps),
        "–" if one.momentum is None else number(one.momentum),
        groups,
        one.affine,
        one.note or "–",
    ]


def defaults() -> None:
    """Show the defaults of every layer, library by library."""
    versions = ", ".join(f"{LIBRARIES[name]} {version}" for name, version in VERSIONS.items())
    st.markdown(f"What you get when you set nothing: {versions}. “Not given” means that the paper leaves it open.")
    for method in LAYERS:
        st.markdown(f"**{METHODS[method].name} norm**")
        found = layer_defaults(method)
        labels = ("name", "averages over", "epsilon", "momentum", "groups", "learned", "note")
        columns = [cells(one) for one in found]
        rows = [[label, *(column[k] for column in columns)] for k, label in enumerate(labels)]
        rows = [row for row in rows if any(cell != "–" for cell in row[1:])]
        with st.container(key=f"library_names_{method}"):
            st.markdown(table(["", *(LIBRARIES[one.library] for one in found)], rows))
        links = " · ".join(f"[{LIBRARIES[one.library]}]({one.source})" for one in found)
        st.caption(f"Sources: {links}")


def uses() -> None:
    """Show where each layer is at home."""
    st.markdown(
        "Where each layer is commonly met. These are habits, not laws: there are good networks that break each."
    )
    st.markdown(
        "\n".join(
            f"- **{METHODS[method].name} norm**: {text} ([{who}](https://{url}))"
            for method, (text, who, url) in USES.items()
        )
    )
