"""The script that Streamlit runs: the frame around every page, and the way to it."""

from pathlib import Path

import streamlit as st

from pages.catalogue import COURSE, PAGES, START, sections
from pages.course import shelf
from pages.course.lesson import lesson_page
from pages.parts.frame import draw_menu, draw_style

ASSETS = Path(__file__).parent.parent / "assets"

# A picture file as icon: a named icon would be fetched from another host.
st.set_page_config(page_title="NormLab", page_icon=ASSETS / "icon.png", layout="wide")

scripts = {page.slug: st.Page(page.path, title=page.title, url_path=page.slug, default=page is START) for page in PAGES}
# The files are looked at anew each time: a lesson that was added is there at the next page load.
lessons = [lesson_page(lesson) for lesson in shelf.lessons()]
groups = {"": [scripts[START.slug]], COURSE: lessons}
for name, pages in sections().items():
    groups[name] = [*groups.get(name, []), *(scripts[page.slug] for page in pages if page is not START)]
chosen = st.navigation([*scripts.values(), *lessons], position="hidden")
draw_style()
draw_menu(groups, chosen, home=COURSE)
chosen.run()
