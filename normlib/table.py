"""A learner's own CSV file as a table of numbers; what is no number is reported by line and column."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from normlib.cells import decimal_mark, is_missing, number, numbers_of, short

MAX_BYTES = 5_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MIN_ROWS = 3
LISTED_PROBLEMS = 20
NUMERIC_SHARE = 0.9

# Tab and semicolon first: commas also stand inside numbers and text, so on equal terms they lose.
_DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}

Row = tuple[int, list[str]]  # line of the file where the row starts, and its cells


class TableError(ValueError):
    """The file cannot become a table; the message says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """One thing that was not as expected.

    Attributes:
        line: line of the file, the header being line 1 when nothing stands above it.
        column: name of the column, empty when the whole row is meant.
        message: a sentence.
    """

    line: int
    column: str
    message: str


@dataclass(frozen=True, eq=False)
class Table:
    """The numbers of a CSV file.

    Attributes:
        name: the file's name.
        columns: names of the numeric columns, all different.
        x: (N, C) float64, read-only, NaN where a cell is empty or was no number.
        missing: empty cells per numeric column (also "NA", "n/a", "NaN", "null" and "none").
        text_columns: names of the columns without numbers, all different from each other and `columns`.
        text: the cells of each text column, N each: usable as classes.
        problems: the first 20, by line.
        total_problems: how many there were.
        rows: N.
        delimiter: "comma", "semicolon" or "tab".
    """

    name: str
    columns: tuple[str, ...]
    x: NDArray[np.float64]
    missing: tuple[int, ...]
    text_columns: tuple[str, ...]
    text: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    total_problems: int
    rows: int
    delimiter: str


def read_csv(data: bytes, *, name: str = "table.csv") -> Table:
    """Read a CSV file: UTF-8, cells between commas, semicolons or tabs, column names in the first row.

    A column counts as numeric when at least 90 % of its cells that are not empty are finite numbers,
    written with a decimal point, or with a decimal comma when cells stand between semicolons or tabs.
    Other cells of it become NaN and are reported. A row with more or fewer cells than the header is
    left out and reported, as nobody can say which cell is missing. Nothing in a cell is ever evaluated.

    Args:
        data: content of the file, at most 5 MB, 100 000 rows and 200 columns.
        name: the file's name, for messages.
    Returns: a `Table`.
    Raises: TableError, and nothing else, with a sentence to show.
    Source: RFC 4180 for quoting.

    >>> table = read_csv(b"height;colour\\n1,5;red\\n2;green\\n2,5;blue\\n")
    >>> table.columns, table.x.ravel().tolist(), table.text_columns
    (('height',), [1.5, 2.0, 2.5], ('colour',))
    >>> read_csv(b"a,b\\n1,2\\n3,4\\n5,6\\n" + b"7,8\\n" * 6 + b"9,ten\\n").problems
    (Problem(line=11, column='b', message='"ten" is not a number; it is treated as missing.'),)
    """
    shown = short(name)
    text = _decode(data, shown)
    delimiter = _delimiter(text)
    try:
        return _table(_rows(text, delimiter, shown), delimiter, name, shown)
    except csv.Error as error:
        raise TableError(
            f"{shown} cannot be split into cells ({error}): look for a quotation mark that is opened and "
            f"never closed, or for a cell of more than {csv.field_size_limit()} characters."
        ) from error


def _decode(data: bytes, shown: str) -> str:
    if len(data) > MAX_BYTES:
        raise TableError(
            f"{shown} has {len(data)} bytes, and at most {MAX_BYTES} (5 MB) can be read: keep fewer rows or columns."
        )
    if data.startswith(b"PK\x03\x04"):
        raise TableError(
            f"{shown} is a workbook (it starts with PK), not text: save the sheet as CSV and choose that file."
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise TableError(f"{shown} is encoded as UTF-16 (it starts with {data[:2].hex(' ')}): save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts behind a byte order mark, if there is one.
        position = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, position) + 1
        raise TableError(
            f"{shown} is not UTF-8: byte {position} (line {line}) is 0x{data[position]:02x}. "
            f'Save it again as UTF-8; Excel calls this "CSV UTF-8".'
        ) from error
    text = text.replace("\0", "")
    if not text.strip():
        raise TableError(f"{shown} is empty: give a header and at least {MIN_ROWS} rows.")
    return text


def _delimiter(text: str) -> str:
    """Return the delimiter with which most of the first rows have as many cells as the header."""
    beginning = text[:100_000]
    best, best_agreement = ",", 0.0
    for delimiter in _DELIMITERS:
        counts = []
        try:
            for cells in csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter):
                if any(cell.strip() for cell in cells):
                    counts.append(len(cells))
                if len(counts) == 50:
                    break
        except csv.Error:  # told when the whole file is read
            pass
        if not counts or counts[0] < 2:
            continue
        agreement = counts.count(counts[0]) / len(counts)
        if agreement > best_agreement:
            best, best_agreement = delimiter, agreement
    return best


def _rows(text: str, delimiter: str, shown: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line, rows = 1, 0
    for cells in reader:
        start, line = line, reader.line_num + 1
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        rows += 1
        if rows > MAX_ROWS + 1:
            raise TableError(f"{shown} has more than {MAX_ROWS} rows (line {start}): keep a random sample of them.")
        yield start, cells


def _table(rows: Iterator[Row], delimiter: str, name: str, shown: str) -> Table:
    line, header = next(rows, (1, []))
    if not header:
        raise TableError(f"{shown} has no cell with anything in it: give a header and at least {MIN_ROWS} rows.")
    header = [cell.strip() for cell in header]
    if len(header) > MAX_COLUMNS:
        raise TableError(
            f"{shown} has {len(header)} columns, and at most {MAX_COLUMNS} can be read: keep the ones you need."
        )
    problems = _Problems()
    body: list[Row] = []
    marks = "." if delimiter == "," else ".,"
    if all(any(number(cell, mark) is not None for mark in marks) for cell in header if cell):
        body.append((line, header))
        header = [f"column {i}" for i in range(1, len(header) + 1)]
        problems.add(
            line,
            "",
            'The first row holds numbers only, so it is data; the columns are named "column 1" and so on.',
        )
    names = _distinct(header)
    for start, cells in rows:
        # Spreadsheets like to end rows with empty cells.
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) == len(names):
            body.append((start, cells))
        else:
            found = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
            problems.add(start, "", f"The row has {found} and the header {len(names)}; the row is left out.")
    return _columns(body, names, problems, delimiter=delimiter, name=name, shown=shown)


def _columns(body: list[Row], names: list[str], problems: _Problems, *, delimiter: str, name: str, shown: str) -> Table:
    if len(body) < MIN_ROWS:
        told = f" First problem, line {problems.listed[0].line}: {problems.listed[0].message}" if problems.total else ""
        raise TableError(
            f"{shown} has {len(body)} usable rows under a header of {len(names)} columns between "
            f"{_DELIMITERS[delimiter]}s, and at least {MIN_ROWS} are needed: "
            f"add rows, or check the delimiter.{told}"
        )
    lines = [line for line, _ in body]
    cells_of = [[cell.strip() for cell in column] for column in zip(*(cells for _, cells in body), strict=True)]
    decimal = "." if delimiter == "," else decimal_mark(cells_of)
    columns, numbers, missing, text_columns, text = [], [], [], [], []
    for column, cells in zip(names, cells_of, strict=True):
        values = numbers_of(cells, decimal)
        without = np.flatnonzero(np.isnan(values)).tolist()
        bad = [row for row in without if not is_missing(cells[row])]
        empty = len(without) - len(bad)
        filled = len(cells) - empty
        if filled and filled - len(bad) >= NUMERIC_SHARE * filled:
            columns.append(column)
            numbers.append(values)
            missing.append(empty)
            for row in bad:
                problems.add(lines[row], column, f'"{short(cells[row])}" is not a number; it is treated as missing.')
        else:
            text_columns.append(column)
            text.append(tuple(cells))
            if not filled:
                problems.add(lines[0], column, f"The column is empty in all {len(cells)} rows.")
            elif 2 * len(bad) <= filled:
                problems.add(
                    lines[bad[0]],
                    column,
                    f"Only {filled - len(bad)} of {filled} cells are numbers, so the column counts as text; "
                    f'here stands "{short(cells[bad[0]])}".',
                )
    if not columns:
        example = "; ".join(f'{short(c)}: "{short(t[0])}"' for c, t in zip(text_columns[:3], text[:3], strict=True))
        raise TableError(
            f"{shown} has no numeric column among {len(names)} between {_DELIMITERS[delimiter]}s "
            f"(line {lines[0]} holds {example}): write numbers like 1234.5, without units "
            f"or thousands separators."
        )
    x = np.column_stack(numbers)
    x.flags.writeable = False
    return Table(
        name=name,
        columns=tuple(columns),
        x=x,
        missing=tuple(missing),
        text_columns=tuple(text_columns),
        text=tuple(text),
        problems=problems.first(),
        total_problems=problems.total,
        rows=len(body),
        delimiter=_DELIMITERS[delimiter],
    )


def _distinct(header: list[str]) -> list[str]:
    """Name empty headers by their place, and number the ones that occur again."""
    names: list[str] = []
    given = Counter(header)
    used: set[str] = set()
    for place, cell in enumerate(header, start=1):
        base = short(cell, 80).strip() or f"column {place}"
        name, copy = base, 2
        while name in used or (name != cell and name in given):
            name, copy = f"{base} ({copy})", copy + 1
        used.add(name)
        names.append(name)
    return names


class _Problems:
    """Counts everything and keeps the first by line."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []
        self.total = 0

    def add(self, line: int, column: str, message: str) -> None:
        self.total += 1
        self.listed.append(Problem(line, column, message))
        if len(self.listed) > 100 * LISTED_PROBLEMS:  # columns come one after another, so lines do not rise
            self.listed = list(self.first())

    def first(self) -> tuple[Problem, ...]:
        return tuple(sorted(self.listed, key=lambda problem: problem.line)[:LISTED_PROBLEMS])
