"""The checker: everything that a lesson refers to, and how it is told."""

from pathlib import Path

import pytest

from normlib.course import __main__ as command
from normlib.course.check import Outcome, check
from normlib.course.values import registry
from tests.course.made_up import MadeUpLaboratories, write

GOOD = (
    "Text.\n\n:::{objectives}\n- Do it\n:::\n\n:::{predict} p\nWhich?\n\n- [x] A\n- [ ] B\n\n"
    ":measured: knn_accuracy(data=wine)\n:::\n\n:::{keypoints}\n- It.\n:::\n"
)
FIRST = 8  # the line of a body's first line


def found(folder: Path, laboratories: MadeUpLaboratories | None = None, **more: object) -> list[str]:
    outcome = check([folder], laboratories or MadeUpLaboratories(), **more)
    return [f"{Path(one.file).name}:{one.line}: {one.message}" for one in outcome.problems]


def test_good_lessons_have_no_problems_and_are_counted(tmp_path):
    lab = ":::{lab} distances\n:data: Wine\n:lock: all\n:::\n"
    write(tmp_path, "01-one.md", GOOD + lab + "[on](lesson:two) [there](page:noise?batch=8) [or](page:glossary)")
    write(tmp_path, "02-two.md", GOOD + lab + "{value}`knn_accuracy(data=wine)`", prerequisites="[one]")
    outcome = check([tmp_path], MadeUpLaboratories(), pages=["glossary"])
    assert outcome.problems == []
    assert outcome == Outcome(lessons=2, laboratories=2, numbers=3)
    assert outcome.summary() == "2 lessons, 2 laboratories, 3 numbers: no problems"
    assert Outcome(1, 1, 1).summary() == "1 lesson, 1 laboratory, 1 number: no problems"


def test_each_laboratory_runs_once_with_each_of_its_settings(tmp_path):
    one, other = ":::{lab} distances\n:data: Wine\n:::\n", ":::{lab} distances\n:data: Digits\n:lock: data\n:::\n"
    write(tmp_path, "01-one.md", GOOD + one + "## Next\n" + other + "## And\n" + one)
    write(tmp_path, "02-two.md", GOOD + one)
    laboratories = MadeUpLaboratories()
    outcome = check([tmp_path], laboratories)
    assert outcome.laboratories == 4
    assert laboratories.ran == [("distances", {"data": "Wine"}, ()), ("distances", {"data": "Digits"}, ("data",))]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (":::{lab} distanses\n:::", "0: There is no laboratory “distanses”. Did you mean “distances”?"),
        (
            ":::{lab} distances\n:scaler: No scaling\n:dta: Wine\n:::",
            "2: There is no control of “distances” named “dta”. Did you mean “data”?",
        ),
        (
            ":::{lab} noise\n:batch: 9999\n:::",
            "1: “batch” of noise cannot be “9999”. It can be 8, 16.",
        ),
        (
            ":::{lab} distances\n:data: Wine\n:lock: data, scalar\n:::",
            "2: “:lock:” names “scalar”. There is no control of “distances” named “scalar”. Did you mean “scaler”?",
        ),
        (
            "x\n{value}`knn_acuracy(data=wine)`",
            "1: There is no number named “knn_acuracy”. Did you mean “knn_accuracy”?",
        ),
        ("{value}`knn_accuracy(set=wine)`", "0: “knn_accuracy” has no argument “set”."),
        ("{value}`knn_accuracy(data=beer)`", "0: “data” of “knn_accuracy” is “beer”. It can be wine"),
        (
            "x\n\n- y {term}`feature`,\n  {term}`batc size`",
            "3: There is no term in the glossary “batc size”. Did you mean “batch size”?",
        ),
        ("[a](lesson:tow)", "0: The link “lesson:tow” leads nowhere. There is no lesson “tow”."),
        (
            "x\ny [a](page:distance)",
            "1: The link “page:distance” leads nowhere. There is no page “distance”. Did you mean “distances”?",
        ),
        (":::{figure} pictures/a.png\n:alt: a\n:::", "0: There is no picture “pictures/a.png” in the lesson's folder."),
        (":::{figure} pictures/a.png\n:::", "0: The picture “pictures/a.png” has no alternative text."),
        (":::{figure} ../a.png\n:alt: a\n:::", "0: The picture “../a.png” is outside the lesson's folder."),
        ("![a](https://a.org/a.png)", "0: The picture “https://a.org/a.png” comes from elsewhere"),
        (":::{claim} c\n:by: A\n:verdict: true\n:test: distance\nSo.\n:::", "0: There is no laboratory “distance”."),
        (
            ":::{quiz} numeric\nHow much?\n\n:answer: reading(noise, share)\n:tolerance: 1\n:feedback: Yes.\n:::",
            "0: The answer is read off “noise”. There is no laboratory in this lesson named “noise”.",
        ),
        (
            ":::{lab} noise\n:::\n:::{quiz} numeric\nHow much?\n\n:answer: reading(noise, shape)\n:tolerance: 1\n"
            ":feedback: Yes.\n:::",
            "2: There is no reading of “noise” named “shape”. Did you mean “share”?",
        ),
        (
            ":::{quiz} numeric\nHow much?\n\n:answer: knn_accuracy(data=beer)\n:tolerance: 1\n:feedback: Yes.\n:::",
            "0: “data” of “knn_accuracy” is “beer”.",
        ),
        (":::{lab} noise\n:::\n:::{lab} noise\n:::", "2: This step has a laboratory already"),
        (
            r"So $1/\sqrt{B$ it is.",
            r"0: A { in “1/\sqrt{B” is never closed. Write } where it ends.",
        ),
        ("So $B}$ it is.", "0: A } in “B}” closes nothing. Delete it, or write { where it begins."),
        (r"So $\{B$ it is, <b>.", "0: “<b>” is HTML"),
        ("Costs $5 and $6, $x$.", "0: “$5 and $6, $x$.”: this $ is no formula."),
        ("<b>x</b>", "0: “<b>” is HTML"),
        (":::{quizz}\n:::", "0: There is no directive “quizz”. Did you mean “quiz”?"),
    ],
)
def test_each_problem_is_told_with_its_line(tmp_path, body, said):
    write(tmp_path, "01-one.md", GOOD + "## Next\n" + body)
    line, _, message = said.partition(": ")
    start = FIRST + GOOD.count("\n") + 1 + int(line)
    problems = found(tmp_path)
    assert [one for one in problems if one.startswith(f"01-one.md:{start}: {message}")], problems


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (":::{lab} distanses\n:::", "There is no laboratory “distanses”. Did you mean “distances”?"),
        (":::{lab} noise\n:batsch: 8\n:::", "There is no control of “noise” named “batsch”. Did you mean “batch”?"),
        (":::{lab} noise\n:batch: 9999\n:::", "“batch” of noise cannot be “9999”. It can be 8, 16."),
        (":::{lab} noise\n:lock: bach\n:::", "“:lock:” names “bach”."),
        (
            ":::{lab} noise\n:lock: at\n:::",
            "“:lock:” names “at”. It can always be moved. What can be locked: batch, all.",
        ),
        ("[a](page:nope)", "The link “page:nope” leads nowhere. There is no page “nope”."),
    ],
)
def test_a_quick_check_leaves_out_nothing_but_the_run(tmp_path, body, said):
    write(tmp_path, "01-one.md", GOOD + body)
    laboratories = MadeUpLaboratories("It would not run.")
    (problem,) = found(tmp_path, laboratories, run=False)
    assert problem.split(": ", 1)[1].startswith(said)
    write(tmp_path, "01-one.md", GOOD + ":::{lab} noise\n:batch: 8\n:lock: all\n:::")
    assert found(tmp_path, laboratories, run=False) == []
    assert laboratories.ran == []


def test_an_option_that_no_control_is_named_after_is_told_as_what_it_is(tmp_path):
    write(tmp_path, "01-one.md", GOOD + ":::{lab} noise\n:batch: 8\n:show: everything\n:::")
    line = FIRST + GOOD.count("\n") + 2
    said = "“:show:” is “everything”. What is shown of “noise” is said by :parts:, which is figure or all."
    assert found(tmp_path) == [f"01-one.md:{line}: {said}"]


def test_a_laboratory_waits_for_a_prediction_that_stands_before_it(tmp_path):
    lab = ":::{{lab}} noise\n:batch: 8\n:after: {}\n:::\n"
    write(tmp_path, "01-one.md", GOOD + lab.format("p"))
    assert found(tmp_path) == []
    write(tmp_path, "01-one.md", GOOD + lab.format("vote"))
    line = FIRST + GOOD.count("\n") + 2
    (problem,) = found(tmp_path)
    assert problem == f"01-one.md:{line}: There is no prediction before this laboratory named “vote”. There are p."
    write(tmp_path, "01-one.md", lab.format("p") + "\n## Next\n\n" + GOOD)
    assert found(tmp_path) == [
        f"01-one.md:{FIRST + 2}: There is no prediction before this laboratory named “p”. There are none."
    ]


def test_a_prediction_that_is_damaged_is_not_told_to_be_missing_by_its_laboratory(tmp_path):
    lab = ":::{lab} noise\n:batch: 8\n:after: p\n:::\n"
    write(tmp_path, "01-one.md", GOOD.replace("Which?", "Which <b>one</b>?") + lab)
    (problem,) = found(tmp_path)
    assert "HTML" in problem


def test_what_is_left_open_is_told_where_it_opens_and_what_is_inside_is_checked_too(tmp_path):
    inside = "{value}`knn(data=wine)`\n\n:::{lab} noise\n:batsch: 8\n:::\n\n[a](page:nope)\n\n<b>x</b>\n"
    line = FIRST + GOOD.count("\n")
    for opening in (":::{note}", ":::{exercise}", ":::{instructor}", ":::{quiz} single", "::{note}"):
        write(tmp_path, "01-one.md", f"{GOOD}{opening}\n{inside}")
        first, *rest = found(tmp_path)
        assert first.startswith(f"01-one.md:{line}: “{opening.split()[0]}"), first
        assert [one.split(": ")[0] for one in rest] == [f"01-one.md:{line + at}" for at in (1, 4, 7, 9)]
        assert "There is no number named “knn”" in rest[0]
        assert "named “batsch”. Did you mean “batch”?" in rest[1]


def test_the_settings_of_a_laboratory_that_is_left_open_are_checked(tmp_path):
    write(tmp_path, "01-one.md", f"{GOOD}:::{{lab}} noise\n:batsch: 8\n\nDrag.\n")
    line = FIRST + GOOD.count("\n")
    first, second = found(tmp_path)
    assert first.startswith(f"01-one.md:{line}: “:::{{lab}}” is left open before the file ends.")
    assert second.startswith(f"01-one.md:{line + 1}: There is no control of “noise” named “batsch”.")


def test_what_does_not_fit_in_a_run_is_told_with_the_line_of_its_option(tmp_path):
    write(tmp_path, "01-one.md", GOOD + ":::{lab} noise\n:batch: 8\n:at: 1.1\n:::")
    line = FIRST + GOOD.count("\n")
    (problem,) = found(tmp_path, MadeUpLaboratories("This lesson asks for a place “1.1” (`at`). It is used up."))
    assert problem.startswith(f"01-one.md:{line + 2}: The laboratory “noise” does not run with these settings.")


DAMAGED = {
    "wrong call": ("\n:measured: knn", "\n:measured: 5 knn"),
    "HTML": ("Which?", "Which <b>one</b>?"),
    "no right answer": ("[x] A", "[ ] A"),
    "left open": ("=wine)\n:::\n", "=wine)\n"),
    "misspelt": ("{predict}", "{predikt}"),
    "no braces": (":::{predict} p", ":::predict p"),
    "only right answers": ("[ ] B", "[x] B"),
}


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_prediction_is_not_told_to_be_missing(tmp_path, change):
    assert change[0] in GOOD
    write(tmp_path, "01-one.md", GOOD.replace(*change))
    outcome = check([tmp_path], MadeUpLaboratories())
    assert outcome.errors >= 1
    assert [one.message for one in outcome.problems if one.severity == "warning"] == []


def test_a_prediction_whose_answers_are_all_right_is_told(tmp_path):
    write(tmp_path, "01-one.md", GOOD.replace("[ ] B", "[x] B"))
    (problem,) = found(tmp_path)
    assert problem == (
        "01-one.md:14: Every answer is marked [x]. Write [ ] for each that the measurement does not support."
    )


@pytest.mark.parametrize("change", [("summary: What", "summary: What: it"), ("---\ntitle", "title"), ("---\n\n#", "#")])
def test_a_front_matter_that_cannot_be_read_is_told_once(tmp_path, change):
    path = write(tmp_path, "01-one.md", GOOD.replace(":::{objectives}\n- Do it\n:::\n", ""))
    assert [one for one in found(tmp_path) if "has no objectives" in one]
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(change[0], change[1], 1), "utf-8")
    problems = found(tmp_path)
    assert problems
    assert not [one for one in problems if "has no summary" in one or "has no objectives" in one]


def test_a_long_list_of_names_is_cut(tmp_path):
    write(tmp_path, "01-one.md", GOOD + "[a](page:qqq)\n\n{value}`zzzzzz()`")
    page, number = found(tmp_path, pages=["", *(f"page-{at}" for at in range(10, 40))])
    assert page.endswith(
        "There is no page “qqq”. There are distances, noise, page-10, page-11, page-12, …"
        " (32 in all; see the page Add a lesson)."
    )
    assert number.endswith(f"({len(registry.names())} in all; see the page Add a lesson).")
    assert number.count(", ") == 5


def test_all_problems_are_told_at_once_and_sorted(tmp_path):
    write(tmp_path, "02-two.md", GOOD + "[a](lesson:x)\n\n{value}`x`\n\n{term}`xyz`\n\n<b>\n\n:::{lab} x\n:::\n\n:::\n")
    write(tmp_path, "01-one.md", GOOD, summary=None)
    (tmp_path / "03-latin.md").write_bytes(b"\n\xff")
    (tmp_path / "04-large.md").write_bytes(b"x" * 100_001)
    problems = [one.split(": ")[0] for one in found(tmp_path)]
    line = FIRST + GOOD.count("\n")
    assert problems == [
        "01-one.md:1",
        *(f"02-two.md:{line + more}" for more in (0, 2, 4, 6, 8, 11)),
        "03-latin.md:2",
        "04-large.md:1",
    ]


def test_a_laboratory_that_does_not_run_is_told(tmp_path):
    write(tmp_path, "01-one.md", GOOD + ":::{lab} noise\n:batch: 8\n:::")
    line = FIRST + GOOD.count("\n")
    said = f"01-one.md:{line}: The laboratory “noise” does not run with these settings."
    assert found(tmp_path, MadeUpLaboratories("It wants 16.")) == [f"{said} It wants 16."]
    assert found(tmp_path, MadeUpLaboratories("all")) == [
        f"{said} It failed: RuntimeError, no chalk. Change its settings."
    ]


def test_a_number_whose_function_fails_is_told(tmp_path, monkeypatch):
    def falls() -> registry.Value:
        """Nothing."""
        raise ZeroDivisionError("nobody voted")

    monkeypatch.setitem(registry._FUNCTIONS, "falls", falls)
    write(tmp_path, "01-one.md", GOOD + "{value}`falls()`")
    line = FIRST + GOOD.count("\n")
    assert found(tmp_path) == [
        f"01-one.md:{line}: “falls()” cannot be computed: ZeroDivisionError, nobody voted. Mend it."
    ]


def test_prerequisites_are_lessons_and_make_no_circle(tmp_path):
    write(tmp_path, "01-one.md", GOOD, prerequisites="[three]")
    write(tmp_path, "02-two.md", GOOD, prerequisites="[one]")
    write(tmp_path, "03-three.md", GOOD, prerequisites="[two, on]")
    write(tmp_path, "04-four.md", GOOD, prerequisites="[four]")
    circle = "“prerequisites” go in a circle:"
    assert found(tmp_path) == [
        f"01-one.md:4: {circle} one → three → two → one. Take one of them out.",
        f"02-two.md:4: {circle} two → one → three → two. Take one of them out.",
        f"03-three.md:4: {circle} three → two → one → three. Take one of them out.",
        "03-three.md:4: “prerequisites” names “on”. There is no lesson “on”. Did you mean “one”?",
        f"04-four.md:4: {circle} four → four. Take one of them out.",
    ]


def test_a_name_taken_twice_is_told(tmp_path):
    write(tmp_path, "01-one.md", GOOD)
    write(tmp_path, "02-one.md", GOOD)
    (problem,) = found(tmp_path)
    assert problem.startswith("02-one.md:1: “one” is the lesson in ")
    mine = tmp_path / "mine"
    mine.mkdir()
    write(mine, "07-one.md", GOOD)
    (problem,) = found(mine, known=[tmp_path])
    assert problem.startswith("07-one.md:1: “one” is the lesson in ")


def test_lessons_of_a_folder_refer_to_known_ones_that_are_not_checked(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    write(tmp_path, "01-one.md", "<b>")
    write(mine, "01-mine.md", GOOD + "[a](lesson:one)", prerequisites="[one]")
    assert found(mine, known=[tmp_path]) == []


def test_what_a_lesson_lacks_is_a_warning(tmp_path):
    write(tmp_path, "01-one.md", "Text.", summary=None)
    outcome = check([tmp_path], MadeUpLaboratories())
    assert [(one.severity, one.message.split(".")[0]) for one in outcome.problems] == [
        ("warning", "The lesson has no key points"),
        ("warning", "The lesson has no objectives"),
        ("warning", "The lesson has no prediction"),
        ("warning", "The lesson has no summary"),
    ]
    assert outcome.errors == 0
    assert outcome.summary() == "1 lesson, 0 laboratories, 0 numbers: 4 warnings"


@pytest.fixture
def offered(monkeypatch):
    monkeypatch.setattr(command, "find_laboratories", MadeUpLaboratories)
    monkeypatch.setattr(command, "find_pages", lambda: ("glossary",))


@pytest.mark.usefixtures("offered")
def test_the_command_prints_problems_and_returns_a_status(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "01-one.md", GOOD)
    assert command.main(["check", "."]) == 0
    assert capsys.readouterr().out == "1 lesson, 0 laboratories, 1 number: no problems\n"
    write(tmp_path, "02-two.md", "<b>")
    assert command.main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("02-two.md:1: warning: The lesson has no key points.")
    assert lines[3].startswith("02-two.md:8: “<b>” is HTML")
    assert lines[4:] == ["2 lessons, 0 laboratories, 1 number: 1 problem, 3 warnings"]
    assert command.main(["check", "01-one.md"]) == 0
    assert command.main(["check", "02-two.md"]) == 1
    capsys.readouterr()
    assert command.main(["check", "gone"]) == 1
    assert capsys.readouterr().out.startswith("gone:1: There is no such folder or file.")


def test_without_laboratories_the_command_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("normlib.course.around.ADAPTER", "pages.course.nothing")
    write(tmp_path, "01-one.md", GOOD + ":::{lab} anything\n:::")
    assert command.main(["check", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert "Laboratories are not checked: pages.course.nothing:LABORATORIES cannot be loaded" in shown.err
    assert shown.out == "1 lesson, 0 laboratories, 1 number: no problems\n"


def test_a_new_lesson_passes_the_check_with_the_apps_own_laboratories(tmp_path, capsys):
    assert command.main(["new", "Why ε matters: a second look", str(tmp_path)]) == 0
    assert "-why-matters-a-second-look.md" in capsys.readouterr().out
    assert command.main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 lesson, 1 laboratory, 5 numbers: no problems\n"
    (path,) = tmp_path.glob("*.md")
    path.write_text(path.read_text("utf-8").replace(":::{lab} ", ":::{lab} no-"), "utf-8")
    assert command.main(["check", "--quick", str(tmp_path)]) == 1
    assert "There is no laboratory “no-" in capsys.readouterr().out
