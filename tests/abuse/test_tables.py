"""CSV files of any kind: a table or a sentence, at the reader and on the pages that take one."""

from __future__ import annotations

import time

import numpy as np

from normlib.table import LISTED_PROBLEMS, Table, TableError, read_csv
from tests.abuse.amount import drawn, numbers
from tests.abuse.opening import HIDDEN, open_at, survives
from tests.abuse.tables import table_file
from tests.pages.opened import OWN, choices, open_tab
from tests.pages.test_own_csv import TAKES_A_TABLE

LONGEST = 700
SECONDS = 30.0
"""Of processor time: a file of 5 MB takes about two."""


@numbers(150, 1_000)
def test_any_file_is_a_table_or_a_sentence(number, told):
    content = file(number, told)
    began = time.process_time()
    table = read(content)
    assert time.process_time() - began < SECONDS
    if isinstance(table, Table):
        is_a_table(table)
    else:
        is_a_sentence(table)
        assert "people.csv" in table


@numbers(10, 200)
def test_any_file_leaves_the_page_working(number, told):
    rng = drawn("a page for a file", number)
    slug = rng.choice(TAKES_A_TABLE)
    told.append(f"/{slug}")
    app = open_at(slug)
    (data,) = (one for one in choices(app) if one.key.endswith("_data"))
    data.set_value(OWN).run()
    # The second file comes after a good one or a bad one, and may have the same name.
    for name in rng.sample(["people.csv", "people.csv", "\u202efdp.csv", "x" * 200 + ".csv", "<b>.txt", "a.tsv"], 2):
        app.file_uploader[0].upload(name, file(rng.randrange(1_000_000), told), "text/csv").run()
        survives(app)
    for one in choices(app):
        if one.key.endswith(("_feature", "_target")) and one.options:
            one.set_value(rng.choice(one.options))
            app.run()
            survives(app)
    if app.tabs:
        open_tab(app, rng.choice([tab.label for tab in app.tabs]))
        survives(app)


def read(content):
    """Return the table in a file, or the sentence why there is none."""
    try:
        return read_csv(content, name="people.csv")
    except TableError as problem:
        return str(problem)


def file(number, told):
    content = table_file(drawn("table", number))
    told.append(f"{len(content)} bytes: {content[:2_000]!r}")
    return content


def is_a_sentence(text):
    assert text.endswith((".", '."', ".)")), text
    assert len(text) < LONGEST, text
    assert not HIDDEN.search(text), text


def is_a_table(table: Table):
    assert table.x.shape == (table.rows, len(table.columns))
    assert table.x.shape[1] >= 1
    assert table.rows >= 3
    assert not np.isinf(table.x).any()
    assert not table.x.flags.writeable
    names = [*table.columns, *table.text_columns]
    assert len(set(names)) == len(names)
    assert all(name.strip() for name in names)
    assert not any(HIDDEN.search(name) for name in names)
    assert all(len(column) == table.rows for column in table.text)
    assert len(table.missing) == len(table.columns)
    assert len(table.problems) == min(table.total_problems, LISTED_PROBLEMS)
    assert [one.line for one in table.problems] == sorted(one.line for one in table.problems)
    for one in table.problems:
        is_a_sentence(one.message)
