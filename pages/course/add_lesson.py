"""How to add a lesson: six sentences, a place to try it, and all that a lesson can use."""

from __future__ import annotations

from typing import Final

import streamlit as st

from normlib.course import values
from normlib.course.examples import MEANING, ROLES, example
from normlib.course.template import LESSON
from normlib.words import plain
from pages.catalogue import LABORATORIES as LAB_PAGES
from pages.catalogue import by_slug
from pages.course.laboratories import LABORATORIES
from pages.parts.lesson.preview import draw_preview

SLUG = "add-a-lesson"
TITLE: Final = "My lesson"
# Without its picture, which is a file of its own.
START: Final = LESSON.replace("{{title}}", TITLE).replace("{{quoted}}", TITLE).replace(example("figure") + "\n\n", "")
HOW: Final = (
    'Download the template, or run `.venv/bin/python -m normlib.course new "Your title"`.',
    "Name the file `NN-your-title.md`: the number is its place in the menu, the rest its address.",
    "Begin with the front matter between `---`, then one `# Title`, then a `## Heading` for each step.",
    "Write Markdown, and put in what the course offers between `:::{name}` and `:::`.",
    "Put the file into the folder `lessons`, or into a folder of your own that `NORMLAB_LESSONS` names; "
    "it is in the menu at the next page load.",
    "Run `.venv/bin/python -m normlib.course check`, which names every problem with its line and what to do.",
)


def draw() -> None:
    """Draw the page."""
    st.title(by_slug(SLUG).question, anchor=False)
    st.markdown("A lesson is one Markdown file. You need no Python.")
    st.markdown("\n".join(f"{number}. {sentence}" for number, sentence in enumerate(HOW, start=1)))
    st.download_button(
        "Download the template",
        START,
        file_name="16-my-lesson.md",
        mime="text/markdown",
        key="add_download",
        on_click="ignore",
    )
    st.header("Try it here", anchor=False)
    st.markdown("Write or paste a lesson; nothing is stored. A laboratory runs when you switch it on.")
    left, right = st.columns(2, gap="medium")
    with left:
        text = st.text_area("The lesson in Markdown (Ctrl+Enter shows it)", START, height=620, key="add_text")
    with right:
        draw_preview(text or "")
    st.header("What a lesson can use", anchor=False)
    sections = {
        "Directives": draw_directives,
        "In the text": draw_roles,
        "Numbers": draw_numbers,
        "Laboratories": draw_laboratories,
    }
    for tab, draw_tab in zip(
        st.tabs(list(sections), key="add_tabs", on_change="rerun"), sections.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw_tab()


def draw_directives() -> None:
    """Draw what each directive is for, with an example."""
    for name, meaning in MEANING.items():
        with st.container(gap="xsmall"):
            st.markdown(f"**{name}** {meaning}")
            st.code(example(name), language="markdown", wrap_lines=True)


def draw_roles() -> None:
    """Draw what can stand within a line."""
    for written, meaning in ROLES.items():
        with st.container(gap="xsmall"):
            st.markdown(meaning)
            st.code(written, language="markdown", wrap_lines=True)


def draw_numbers() -> None:
    """Draw the numbers that a lesson can call."""
    st.markdown(
        "A measured number is never typed: it is called, and computed anew whenever the code behind it changes. "
        "Arguments in brackets have a default."
    )
    with st.container(key="library_names_numbers"):
        rows = [[f"`{call}`", plain(about)] for call, about in sorted(values.names().items())]
        st.markdown(_two_columns("Write", "What it is", rows), anchors=False)


def draw_laboratories() -> None:
    """Draw the laboratories, and the controls of one."""
    chosen = st.selectbox(
        "Laboratory",
        list(LAB_PAGES),
        format_func=lambda slug: f"{slug}: {LAB_PAGES[slug].question}",
        key="add_laboratory",
    )
    st.markdown(
        "Each control is an option of the directive, written as `:name: value`. `:lock:` takes the same names, separated "
        "by commas, or `all`; learners see what is locked as one line."
    )
    st.markdown(
        "Two more options: `:parts:` is `figure`, or `all` for the tabs below it too (where it says one of these two, "
        "`:show:` means the same). `:after:` names a prediction of the lesson: until it is made, the laboratory and what "
        "follows in the step wait, and the laboratory asks for no guess of its own. A laboratory that shows a stored run "
        "shows it once the learner has guessed."
    )
    rows = [[f"`:{name}:`", plain(about)] for name, about in LABORATORIES.controls(chosen).items()]
    with st.container(key="library_names_controls"):
        st.markdown(_two_columns("Control", "What it can be", rows), anchors=False)
    st.page_link(LAB_PAGES[chosen].path, label=f"Open the laboratory: {LAB_PAGES[chosen].title}")


def _two_columns(first: str, second: str, rows: list[list[str]]) -> str:
    lines = [f"| {first} | {second} |", "|:--|:--|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


draw()
