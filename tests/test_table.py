"""A learner's CSV file: what is read, what is reported, and that nothing else than TableError comes out."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from normlib.table import Problem, Table, TableError, read_csv


def read(text: str) -> Table:
    return read_csv(text.encode(), name="mine.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_byte_order_mark(delimiter: str, newline: str, bom: bytes) -> None:
    lines = [["a", "b", "kind"], ["1.5", "-2", "x"], ["3", "4e2", "y"], [".5", "+6.", "x"]]
    text = newline.join(delimiter.join(line) for line in lines)
    table = read_csv(bom + text.encode(), name="mine.csv")
    assert table.columns == ("a", "b")
    assert table.x.tolist() == [[1.5, -2], [3, 400], [0.5, 6]]
    assert (table.text_columns, table.text) == (("kind",), (("x", "y", "x"),))
    assert (table.rows, table.total_problems, table.problems, table.missing) == (3, 0, (), (0, 0))
    assert table.delimiter == {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]
    assert not table.x.flags.writeable


@given(
    st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3), min_size=3, max_size=8
    ),
    st.sampled_from(",;\t"),
)
def test_what_the_standard_library_writes_is_read_back_exactly(rows: list[list[float]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([["first", 'quoted "b"', "with, comma; and\nline"], *rows])
    table = read(out.getvalue())
    assert table.columns == ("first", 'quoted "b"', "with, comma; and line")
    assert table.x.tolist() == rows


def test_decimal_comma_between_semicolons_and_tabs() -> None:
    assert read("a;b\n1,5;2\n2,5;3\n-0,5;4").x.tolist() == [[1.5, 2], [2.5, 3], [-0.5, 4]]
    assert read("a\tb\n1,5\t2\n2,5\t3\n,5\t4").x[:, 0].tolist() == [1.5, 2.5, 0.5]


def test_the_other_decimal_mark_is_a_bad_cell_not_a_guess() -> None:
    table = read("a;b\n" + "1,5;2,5\n" * 9 + "1.234;2,5\n")
    assert np.isnan(table.x[9, 0])
    assert table.problems == (Problem(11, "a", '"1.234" is not a number; it is treated as missing.'),)


def test_commas_inside_text_do_not_win_over_semicolons() -> None:
    table = read("place;height\nBonn, Germany;60\nOslo, Norway;23\nRome, Italy;21\n")
    assert (table.columns, table.text_columns) == (("height",), ("place",))


def test_bad_cells_are_reported_by_line_and_column_and_empty_ones_counted() -> None:
    good = "1,2\n" * 17
    table = read("a,b\n" + good + '\n"ten\nor so",3\n,4\nNA,inf\n')
    assert table.rows == 20
    assert table.missing == (2, 0)
    assert np.isnan(table.x).sum(axis=0).tolist() == [3, 1]
    assert table.problems == (
        Problem(20, "a", '"ten or so" is not a number; it is treated as missing.'),
        Problem(23, "b", '"inf" is not a number; it is treated as missing.'),
    )


def test_rows_of_another_width_are_left_out_and_named() -> None:
    table = read("a,b\n1,2\n3\n5,6,7\n8,9,,\n10,11\n")
    assert table.x.tolist() == [[1, 2], [8, 9], [10, 11]]
    assert table.problems == (
        Problem(3, "", "The row has 1 cell and the header 2; the row is left out."),
        Problem(4, "", "The row has 3 cells and the header 2; the row is left out."),
    )


def test_only_the_first_twenty_problems_are_listed_by_line() -> None:
    rows = ["1,2"] * 2000 + ["x,y"] * 100
    table = read("a,b\n" + "\n".join(reversed(rows)))
    assert table.total_problems == 200
    assert [p.line for p in table.problems] == [2 + i // 2 for i in range(20)]


def test_ninety_percent_of_numbers_make_a_column_numeric() -> None:
    table = read("a,b\n" + "1,1\n" * 18 + "x,x\nx,x\n" + ",x\n")
    assert (table.columns, table.text_columns) == (("a",), ("b",))
    assert "Only 18 of 21 cells are numbers" in table.problems[1].message
    assert '"x"' in table.problems[1].message


def test_a_first_row_of_numbers_is_data() -> None:
    table = read("1,2\n3,4\n5,6\n")
    assert table.columns == ("column 1", "column 2")
    assert table.x.shape == (3, 2)
    assert table.problems[0].line == 1
    assert "holds numbers only" in table.problems[0].message
    assert read("1,5;2\n3,5;4\n5;6\n").x[0].tolist() == [1.5, 2]


def test_empty_and_repeated_names_become_different() -> None:
    table = read("a,,a,a (2),A,a\n" + "1,2,3,4,5,6\n" * 3)
    assert table.columns == ("a", "column 2", "a (3)", "a (2)", "A", "a (4)")
    assert read("a,\u200b,\x1b\n" + "1,2,3\n" * 3).columns == ("a", "column 2", "column 3")


def test_formulas_stay_text() -> None:
    table = read('a,b\n1,=1+1\n2,"=HYPERLINK(""http://x"")"\n3,@SUM(A1)\n')
    assert table.columns == ("a",)
    assert table.text == (("=1+1", '=HYPERLINK("http://x")', "@SUM(A1)"),)


def test_nul_bytes_are_dropped_and_long_cells_cut() -> None:
    table = read("a\x00,b\n1,2\x00\n" + "3,4\n" * 9 + "z" * 5000 + ",5\n")
    assert table.columns == ("a", "b")
    assert len(table.problems[0].message) < 100
    assert "z…" in table.problems[0].message


def test_a_column_without_a_value_is_named() -> None:
    table = read("a,b\n1,\n2,\n3,\n")
    assert table.columns == ("a",)
    assert table.problems == (Problem(2, "b", "The column is empty in all 3 rows."),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.csv is empty"),
        (b" \n,,\n", "mine.csv has no cell with anything"),
        (b"a,b\n1,2\n3,4\n", r"2 usable rows under a header of 2 columns between commas.*at least 3"),
        (b"a,b\n1;2\n3;4\n5;6\n", r"0 usable rows.*line 2: The row has 1 cell and the header 2"),
        (b"a,b\nx,y\nx,y\nx,y\n", r'no numeric column among 2.*line 2 holds a: "x"; b: "y"'),
        (b"a,b\n1,2\n3,caf\xe9\n", r"not UTF-8: byte 13 \(line 3\) is 0xe9.*CSV UTF-8"),
        (b"\xef\xbb\xbfa,b\n1,\xff\n", r"not UTF-8: byte 9 \(line 2\) is 0xff"),
        ("a,b\n1,2\n".encode("utf-16"), r"UTF-16 \(it starts with ff fe\)"),
        (b"a" * 5_000_001, "has 5000001 bytes, and at most 5000000"),
        (b",".join([b"c"] * 201) + b"\n", "has 201 columns, and at most 200"),
        (b"a\n" + b"1\n" * 100_002, r"more than 100000 rows \(line 100002\)"),
        (b'a,b\n1,"' + b"x" * 200_000, "quotation mark that is opened and never closed.*131072"),
    ],
)
def test_errors_say_what_was_found_and_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_csv(content, name="mine.csv")


def check(content: bytes) -> None:
    try:
        table: Table | str = read_csv(content, name="fuzz")
    except TableError as error:
        table = str(error)
    if isinstance(table, str):
        assert table.startswith("fuzz ")
        assert len(table) < 1500
        return
    names = table.columns + table.text_columns
    assert table.x.shape == (table.rows, len(table.columns))
    assert table.rows >= 3
    assert len(set(names)) == len(names)
    assert not np.isinf(table.x).any()
    assert len(table.problems) == min(table.total_problems, 20)
    assert all(problem.line >= 1 for problem in table.problems)
    assert np.isnan(table.x).sum() >= sum(table.missing)


@given(st.binary(max_size=300))
@example(b"a\n1\n2\n\r3\n\x0b4\n")
@example(b'"\n"\n1\n2\n3')
def test_any_bytes_give_a_table_or_a_table_error(content: bytes) -> None:
    check(content)


@given(st.text('ab1.5,;\t"\r\n-e\x00é ', max_size=200))
def test_anything_like_a_csv_file_gives_a_table_or_a_table_error(content: str) -> None:
    check(("a,b\n" + content).encode())
    check(content.encode())


def test_a_workbook_is_called_one():
    with pytest.raises(TableError, match=r"wines\.csv is a workbook.*save the sheet as CSV"):
        read_csv(b"PK\x03\x04" + bytes(range(256)), name="wines.csv")
