"""The script that Streamlit runs: the frame around every page, and the way to it."""

from pathlib import Path

import streamlit as st

from pages.catalogue import PAGES, START, sections
from pages.parts.frame import draw_menu, draw_style

ASSETS = Path(__file__).parent.parent / "assets"

# A picture file as icon: a named icon would be fetched from another host.
st.set_page_config(page_title="NormLab", page_icon=ASSETS / "icon.png", layout="wide")

scripts = {page.slug: st.Page(page.path, title=page.title, url_path=page.slug, default=page is START) for page in PAGES}
chosen = st.navigation(list(scripts.values()), position="hidden")
draw_style()
draw_menu({name: [scripts[page.slug] for page in pages] for name, pages in sections().items()})
chosen.run()
