"""The script that Streamlit runs: the frame around every page, and the way to it."""

from copy import copy
from pathlib import Path

import streamlit as st

from pages.catalogue import COURSE
from pages.course import shelf
from pages.course.finished import finished
from pages.course.missing import missing_page
from pages.parts.frame import draw_menu, draw_style
from pages.registered import registered

ASSETS = Path(__file__).parent.parent / "assets"

# A picture file as icon: a named icon would be fetched from another host.
st.set_page_config(page_icon=ASSETS / "icon.png", layout="wide")
# The files are looked at anew each time: a lesson that was added is there at the next page load.
written = shelf.lessons()
pages = registered(written)
there = pages.every
chosen = st.navigation([*there, *missing_page(there)], position="hidden")
st.set_page_config(page_title="NormLab" if chosen is pages.start else f"{chosen.title} · NormLab")
done = finished(written)
draw_style()
draw_menu(
    pages.groups,
    chosen,
    home=COURSE,
    done=[page for page, lesson in zip(pages.lessons, written, strict=True) if lesson.slug in done],
)
copy(chosen).run()
