"""What the reader makes of each directive, and of what is wrong with it."""

import pickle

import pytest

from normlib.course import blocks as b
from normlib.course.reader import read_lesson
from normlib.course.template import LESSON
from tests.course.made_up import FIRST, broken, problems, read


def only(body: str) -> b.Block:
    lesson = read(body)
    assert lesson.problems == ()
    (block,) = lesson.steps[0].blocks
    return block


def words(text: b.Text | None) -> str:
    assert text is not None
    return "".join(piece if isinstance(piece, str) else f"<{piece}>" for piece in text.pieces)


def test_the_front_matter_becomes_the_lessons_fields():
    lesson = read_lesson(
        "---\ntitle: 'Batch: how big?'\nsummary: S.\nminutes: 7\nlevel: advanced\nobjectives: [One, Two]\n"
        "prerequisites: [start-here]\nauthors:\n  - Ada\nsources:\n  - B 1998\n---\n# Batch: how big?\n\nText.",
        "lessons/09-how-big.md",
    )
    assert lesson.problems == ()
    assert (lesson.slug, lesson.number, lesson.file) == ("how-big", 9, "lessons/09-how-big.md")
    assert (lesson.title, lesson.summary, lesson.minutes, lesson.level) == ("Batch: how big?", "S.", 7, "advanced")
    assert (lesson.objectives, lesson.prerequisites) == (("One", "Two"), ("start-here",))
    assert (lesson.authors, lesson.sources) == (("Ada",), ("B 1998",))


def test_headings_of_the_second_level_begin_steps():
    lesson = read("Before.\n\n## One\n\n### Inside\n\nText.\n\n```python\n## a comment\n```\n\n## Two $x$\nEnd.")
    assert [(step.title, step.line) for step in lesson.steps] == [
        ("A lesson", FIRST),
        ("One", FIRST + 2),
        ("Two $x$", FIRST + 12),
    ]
    assert lesson.problems == ()


def test_text_is_cut_at_its_roles():
    block = only("It owns {value}`share(data=wine)`, as {term}`features <feature>` and {term}`batch  size` do.")
    assert block.text.pieces == (
        "It owns ",
        b.ValueOf("share(data=wine)"),
        ", as ",
        b.Term("features", "feature"),
        " and ",
        b.Term("batch  size", "batch size"),
        " do.",
    )


@pytest.mark.parametrize(
    "text", ["`{value}`", "``{value}`x` ``", "\\{value}`x`", "```\n{value}`x` $5\n```", "$x$ `$5`"]
)
def test_code_and_what_is_escaped_hold_no_roles_and_no_formulas(text):
    assert only(text).text.pieces == (text,)


def test_a_laboratory():
    block = only(":::{lab} distances\n:data: Wine\n:scaler: No scaling\n:lock: data, scaler\n:show: all\n\nDrag.\n:::")
    assert block == b.Lab(
        FIRST,
        "distances",
        {"data": "Wine", "scaler": "No scaling"},
        ("data", "scaler"),
        "all",
        b.Text(FIRST + 6, ("Drag.",)),
    )


def test_what_else_a_laboratory_takes_is_told_from_its_controls():
    block = only(":::{lab} small\n:show: Test loss\n:parts: all\n:after: the-vote\nDrag.\n:::")
    assert (block.settings, block.parts, block.after) == ({"show": "Test loss"}, "all", "the-vote")
    assert block.lines == {"show": FIRST + 1, "parts": FIRST + 2, "after": FIRST + 3}
    assert only(":::{lab} small\n:show: figure\nDrag.\n:::").parts == "figure"
    both = only(":::{lab} small\n:parts: figure\n:show: all\nDrag.\n:::")
    assert (both.settings, both.parts) == ({"show": "all"}, "figure")


@pytest.mark.parametrize(
    "opening", ["::{lab} distances", ":{lab} distances", "::: {lab} distances", ":::{ lab } distances", "  ::{lab}"]
)
def test_a_directive_with_too_few_colons_or_a_space_is_told_where_it_begins(opening):
    said = f"3: “{opening.strip()}” opens nothing. Write three colons and the name in braces"
    body = f"Before.\n\n{opening}\n:data: Wine\n\nDrag.\n:::\n\nAfter."
    (problem,) = problems(body)
    assert problem.startswith(said)
    kinds = [type(block).__name__ for block in read(body).blocks()]
    assert kinds == ["Prose", "Broken", "Prose"]


@pytest.mark.parametrize("text", ["::", ": {x}", ":{term}`batch size` is", ":: {lab}s", "a ::{lab} b", "::{lab}`x`"])
def test_colons_and_braces_in_text_open_nothing(text):
    assert not [one for one in problems(text) if "opens nothing" in one]


def test_what_stands_in_a_directive_that_is_left_open_is_kept_for_the_check_and_shown_to_nobody():
    lesson = read(":::{instructor}\nThe answer.\n\n:::{lab} noise\n:batch: 8\n:::\n")
    (block,) = broken(lesson)
    assert [type(one).__name__ for one in lesson.blocks()] == ["Broken"]
    assert [type(one).__name__ for one in lesson.with_unseen()] == ["Broken", "Prose", "Lab"]
    assert block.unseen[1] == b.Lab(FIRST + 3, "noise", {"batch": "8"})


def test_a_prediction():
    block = only(
        ":::{predict} name\nWhat\nhappens?\n\n- [ ] This,\n  in two lines.\n- [x] That.\n  > Yes,\n  > indeed.\n\n"
        ":measured: knn_accuracy(data=wine)\n\nThis is why.\n:::"
    )
    assert (block.name, words(block.question), block.measured) == (
        "name",
        "What\nhappens?",
        b.ValueOf("knn_accuracy(data=wine)"),
    )
    assert [(words(one.text), one.right, one.line) for one in block.options] == [
        ("This,\nin two lines.", False, FIRST + 4),
        ("That.", True, FIRST + 6),
    ]
    assert words(block.options[1].feedback) == "Yes,\nindeed."
    assert words(block.because) == "This is why."


def test_a_quiz_to_choose_from():
    block = only(
        ":::{quiz} multiple\n:name: mine\nWhich?\n\n- [x] A\n  > Yes.\n- [x] B\n  > Yes.\n- [ ] C\n  > No.\n:::"
    )
    assert (block.name, block.kind, words(block.question)) == ("mine", "multiple", "Which?")
    assert [one.right for one in block.options] == [True, True, False]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("5", 5.0),
        ("−1,000.5", -1000.5),
        ("knn_accuracy(data=wine)", b.ValueOf("knn_accuracy(data=wine)")),
        ("reading(distances, largest share)", b.Reading("distances", "largest share")),
    ],
)
def test_a_quiz_for_a_number(answer, expected):
    block = only(
        f":::{{quiz}} numeric\nHow many?\n\n:answer: {answer}\n:tolerance: 0.1\n"
        ":feedback: Right,\n  really.\n:otherwise: No.\n:::"
    )
    assert (block.answer, block.tolerance, words(block.otherwise)) == (expected, 0.1, "No.")
    assert words(block.feedback) == "Right,\n  really."


def test_a_question_keeps_its_name_wherever_it_moves():
    one = ":::{quiz} single\nWhich?\n\n- [x] A\n  > Yes.\n- [ ] B\n  > No.\n:::"
    first, moved = only(one), read("Text before.\n\n" + one).steps[0].blocks[1]
    assert first.name == moved.name
    assert first.name != only(one.replace("Which?", "Who?")).name


def test_blocks_stand_inside_others():
    block = only("::::{exercise}\nDo.\n\n:::{hint}\nLook.\n:::\n:::{solution}\nSo.\n\n:::{note} N\nn\n:::\n:::\n::::")
    assert [type(one).__name__ for one in block.body] == ["Prose", "Hint", "Solution"]
    assert [type(one).__name__ for one in block.body[2].body] == ["Prose", "Note"]
    assert [type(one).__name__ for one in read("x").blocks()] == ["Prose"]


def test_a_figure_a_program_and_a_claim():
    figure = only(":::{figure} pictures/a.png\n:alt: What it shows.\nThe caption.\n:::")
    assert (figure.path, figure.alt, words(figure.caption)) == ("pictures/a.png", "What it shows.", "The caption.")
    code = only("::::{code} python\n:caption: How.\n# ## $5 {value}`x`\n:::{note}\n:::\n\nx = 1\n::::")
    assert (code.language, words(code.caption)) == ("python", "How.")
    assert code.text == "# ## $5 {value}`x`\n:::{note}\n:::\n\nx = 1"
    claim = only(":::{claim} name\n:by: A 2015\n:verdict: contested\n:test: distances\nIt is\nso.\n\nOr not.\n:::")
    assert (claim.by, claim.verdict, claim.test, words(claim.statement)) == (
        "A 2015",
        "contested",
        "distances",
        "It is\nso.",
    )
    assert words(claim.body[0].text) == "Or not."


def test_objectives_without_a_list_are_those_of_the_front_matter():
    lesson = read_lesson("---\ntitle: T\nobjectives: [Name it]\n---\n# T\n:::{objectives}\n:::\n", "01-t.md")
    assert lesson.problems == ()
    assert [words(one) for one in lesson.steps[0].blocks[0].items] == ["Name it"]
    keypoints = only(":::{keypoints}\n- One,\n  in two lines\n- Two\n:::")
    assert [words(one) for one in keypoints.items] == ["One,\nin two lines", "Two"]


def test_the_template_is_a_good_lesson():
    lesson = read_lesson(LESSON.replace("{{title}}", "T").replace("{{quoted}}", '"T"'), "01-t.md")
    assert lesson.problems == ()
    kinds = {type(block) for block in lesson.blocks()}
    assert kinds == set(b.Block.__args__) - {b.Broken}
    assert pickle.loads(pickle.dumps(lesson)) == lesson  # noqa: S301  # our own


def test_a_broken_block_stands_in_its_place_and_the_rest_goes_on():
    lesson = read("Before.\n\n:::{quizz} single\nx\n:::\n\nAfter.\n\n## Next\n\n:::{note} N\nn\n:::")
    kinds = [[type(block).__name__ for block in step.blocks] for step in lesson.steps]
    assert kinds == [["Prose", "Broken", "Prose"], ["Note"]]
    (one,) = broken(lesson)
    assert (one.line, one.source) == (FIRST + 2, ":::{quizz} single\nx\n:::")
    assert one.problem.message == "There is no directive “quizz”. Did you mean “quiz”?"
    assert one.problem in lesson.problems


def test_one_bad_paragraph_leaves_its_neighbours():
    lesson = read("One.\n\nIt costs $5.\nStill.\n\nThree {term}`batch`.")
    assert [type(block).__name__ for block in lesson.steps[0].blocks] == ["Prose", "Broken", "Prose"]
    assert broken(lesson)[0].source == "It costs $5.\nStill."
    assert lesson.steps[0].blocks[2].text.pieces[1] == b.Term("batch", "batch")


QUIZ = ":::{quiz} single\nWhich?\n\n- [x] A\n  > Yes.\n- [ ] B\n  > No.\n:::\n"
PREDICT = ":::{predict} p\nWhich?\n\n- [x] A\n- [ ] B\n\n:measured: f(a=1)\n:::\n"
NUMERIC = ":::{quiz} numeric\nWhich?\n\n:answer: 5\n:feedback: Yes.\n:::\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (":::{quizz}\n:::", "1: There is no directive “quizz”. Did you mean “quiz”?"),
        (":::note\n", "1: “:::note” is no directive. Write its name in braces"),
        (":::{note} N\nx\n\n## Next\ny", "1: “:::{note}” is left open before the heading in line 11. Write :::"),
        (":::{note} N\nx\n", "1: “:::{note}” is left open before the file ends. Write :::"),
        ("x\n\n:::{note} N\nx\n:::\n:::", "6: “:::” closes nothing: delete it"),
        ("::::{exercise}\n:::{hint}\nx\n::::", "2: “:::{hint}” is left open before “::::” in line 11"),
        (":::{note} N\nx\n::::", "3: “::::” closes “:::{note}” from line 8. Write as many colons as opened it."),
        ("```\nx\n", "1: The code block is never closed. Write ``` on a line of its own"),
        (":::{hint}\nx\n:::", "1: A hint belongs to an exercise."),
        (":::{exercise}\n:::{quiz} single\n:::\n", "1: “:::{exercise}” is left open before the file ends"),
        (":::{lab} A B\n:::", "1: “A B” names no laboratory."),
        (":::{lab} a\n:parts: nothing\n:::", "2: “:parts:” is “nothing”. It is figure, or all"),
        (":::{lab} a\n:after: The vote\n:::", "2: “:after:” is “The vote”. Write the name of a prediction"),
        (":::{lab} a\n:data:\n:::", "2: “:data:” has no value."),
        (":::{lab} a\n:data: x\n:data: y\n:::", "3: “:data:” is given twice, first in line 9."),
        (":::{lab} a\nTry.\n:data: x\n:::", "3: “:data:” stands below the text. Move it right below the opening line."),
        (
            ":::{lab} a\n:::\n:::{lab} b\n:::",
            "3: This step has a laboratory already, in line 8. Begin a new step with ##.",
        ),
        (QUIZ.replace("[x]", "[ ]"), "1: No answer is marked as right."),
        (QUIZ.replace("[ ]", "[x]"), "1: 2 answers are marked [x], and “single” takes one."),
        (QUIZ.replace("  > No.\n", ""), "6: The answer “B” has no feedback."),
        (QUIZ.replace("- [ ] B\n  > No.\n", ""), "1: This question has 1 answer. Write 2 to 10"),
        (QUIZ.replace("[ ]", "[y]"), "6: “- [y] B” is no answer. Write - [ ] or - [x]"),
        (QUIZ.replace("single", "essay"), "1: There is no kind of quiz “essay”."),
        (QUIZ.replace("Which?\n", ""), "1: There is no question."),
        (QUIZ.replace("Which?", "Which?\n:colour: red"), "3: There is no quiz option “colour”."),
        (
            QUIZ.replace("> No.\n", "> No.\n\nMore text.\n"),
            "9: “More text.” stands after the answers and is not shown.",
        ),
        (QUIZ + QUIZ, "9: The name “quiz-"),
        (PREDICT + PREDICT, "9: The name “p” is taken by line 8. Choose another."),
        (PREDICT.replace(" p\n", "\n"), "1: “” is no name for predict."),
        (
            PREDICT.replace("[x]", "[ ]"),
            "1: No answer is marked. Write [x] for each answer that the measurement supports.",
        ),
        (PREDICT.replace(":measured: f(a=1)", ""), "1: This prediction has nothing measured. Write :measured:"),
        (PREDICT.replace("f(a=1)", "97 %"), "7: “97 %” is not a call."),
        (NUMERIC.replace(":answer: 5\n", ""), "1: This numeric quiz has no answer. Write :answer:"),
        (NUMERIC.replace("5", "five and a half"), "4: “five and a half” is no answer. Write a number"),
        (NUMERIC.replace("5", "f(a=1)"), "4: A computed answer has more digits than anybody types. Write :tolerance:"),
        (NUMERIC.replace(":answer: 5", ":answer: 5\n:tolerance: −1"), "5: “−1” is no tolerance."),
        (NUMERIC.replace(":feedback: Yes.\n", ""), "1: The answer has no feedback. Write :feedback:"),
        (":::{figure} a.png\nx\n:::", "1: The picture “a.png” has no alternative text. Write :alt:"),
        (":::{figure} ../a.png\n:alt: a\n:::", "1: The picture “../a.png” is outside the lesson's folder."),
        (":::{figure} https://a.org/a.png\n:alt: a\n:::", "1: The picture “https://a.org/a.png” comes from elsewhere."),
        (
            ":::{claim} c\n:by: A\n:verdict: maybe\nSo.\n:::",
            "3: The verdict is “maybe”. Write :verdict: and one of true,",
        ),
        (":::{keypoints}\nNo list.\n:::", "2: “No list.” is no item. Begin it with “- ”"),
        (":::{note} N\n:::", "1: “{note}” is empty."),
        ("{values}`x`", "1: There is no role “values”. Did you mean “value”?"),
        ("{value}` `", "1: “{value}” is empty. Write a call"),
        ("a\n{value}`x", "2: “{value}`” is never closed."),
        ("a\n$5 and $6", "2: “$5 and $6”: this $ is no formula. Write \\$ for a dollar"),
        ("$x$ and $5", "1: “$5”: this $ is no formula."),
        ("$$\nx\n\ny", "1: “$$ x”: this formula is never closed."),
        ("$\\href{x}{y}$", "1: A formula cannot hold “\\href”."),
        ("a\n<b>x</b>", "2: “<b>” is HTML, which a lesson cannot hold."),
        ("<!-- x -->", "1: “<!-- x -->” is HTML"),
        ("a\n![a](https://a.org/a.png)", "2: The picture “https://a.org/a.png” comes from elsewhere"),
        ("![a](a.png)", "1: The picture “a.png” has to stand in a :::{figure}"),
        ("[a](b.md)", "1: The link “b.md” leads nowhere from a lesson. Write https://…, lesson:slug"),
        ("[a](http://a.org)", "1: The link “http://a.org” is not safe on its way. Write https://a.org."),
        ("[a](javascript:x)", "1: The link “javascript:x” begins with “javascript:”."),
        ("[a][b]\n\n[b]: data:x", "3: The link “data:x” begins with “data:”."),
        ("- [ ] a", "1: A box “[ ]” stands in a predict or a quiz only."),
        ("text\n---\n", "1: A line of - below text makes a heading of it."),
        ("# Again\n\nx", "1: The title stands in line 6 already."),
        ("## {value}`f`\n\nx", "1: “{value}” cannot stand here, where only text is shown."),
        ("## Empty\n\n## Full\nx", "1: The step “Empty” is empty."),
        ("x" * 5001, "1: This line has 5,001 characters. Break it: at most 5,000 are read."),
        ("a\x07b", "1: There is a control character (U+0007) in this line. Delete it."),
        ("a\u202eb", "1: There is a character that turns the direction of text (U+202E)"),
        (":::{note} a\n" * 6 + "x\n" + ":::\n" * 6, "6: Directives stand 5 deep at most."),
        ("> " * 14 + "x", "1: Lists and quotes stand 5 deep at most."),
        ("|a" * 30 + "|\n" + "|-" * 30 + "|\n", "2: This table has 30 columns; at most 20 fit."),
    ],
)
def test_each_mistake_is_told_with_its_line_and_a_remedy(body, said):
    assert any(one.startswith(said) for one in problems(body)), problems(body)


@pytest.mark.parametrize(
    ("front", "line", "said"),
    [
        ("title: A lesson\ncolour: red", 3, "There is no front matter entry “colour”. There are authors, level"),
        ("title: A lesson\ntitel: x", 3, "There is no front matter entry “titel”. Did you mean “title”?"),
        ("title: A lesson\nminutes: six", 3, "“minutes” is “six”. It is a whole number from 1 to 180."),
        ("title: A lesson\nlevel: expert", 3, "“level” is “expert”. It is beginner, intermediate or advanced."),
        ("title: A lesson\nobjectives: one", 3, "“objectives” is “one”. It is a list"),
        ("title: A lesson\nobjectives:\n  - a: b", 3, "“objectives” holds entries of its own."),
        ("title: A lesson\nprerequisites: [A b]", 3, "“prerequisites” is “[A b]”. It is a list of lessons' names"),
        ("title: A lesson\nsummary: a: b", 3, "The front matter is no YAML here: mapping values are not allowed here."),
        ("title: A lesson\nsummary: !!str x", 3, "“!!str” is a tag of YAML, which is not read."),
        ("title: A lesson\nsummary: &a x", 3, "“&a” is an alias or an anchor of YAML, which is not read."),
        ("title: A lesson\nsummary: *a", 3, "“*a” is an alias or an anchor of YAML, which is not read."),
        ("title: A lesson\ntitle: B", 3, "“title” is given twice, first in line 2."),
        ("title: A lesson\nsummary: <b>x</b>", 3, "“summary”: “<b>” is HTML"),
        ('title: A lesson\nsummary: "a\\x00"', 3, "There is a control character (U+0000) in this line."),
        ('title: A lesson\n"a\\u202e": b', 3, "There is a character that turns the direction of text (U+202E)"),
        ("summary: x", 2, "The lesson has no title. Write title:"),
        ("title: Another", 6, "The heading is “A lesson”, the title in the front matter “Another”. Make them equal."),
        ("- x", 2, "The front matter holds no entries."),
        ("title: [[[[x]]]]", 2, "The front matter stands too deep in itself."),
        (
            "title: A lesson\nsummary: " + "x" * 9000,
            2,
            "The front matter has 9,025 characters; at most 8,000 are read.",
        ),
    ],
)
def test_each_mistake_in_the_front_matter_is_told(front, line, said):
    gap = "\n" * (6 - front.count("\n") - 4) if "Another" in front else "\n"
    lesson = read_lesson(f"---\n{front}\n---{gap}\n# A lesson\n\nText.", "01-a.md")
    assert any(one.line == line and one.message.startswith(said) for one in lesson.problems), lesson.problems
    assert lesson.steps[0].blocks


def test_a_file_without_front_matter_is_shown_all_the_same():
    lesson = read_lesson("# By hand\n\nText.\n", "notes.md")
    assert (lesson.title, lesson.slug, lesson.number) == ("By hand", "notes", None)
    assert [one.message[:50] for one in lesson.problems] == ["The file does not begin with its front matter. Wri"]


def test_a_file_that_is_too_large_is_not_read():
    lesson = read("x\n" * 50_000)
    assert [str(one) for one in lesson.problems] == [
        "01-a-lesson.md:1: The file has 100,060 bytes. A lesson has at most 100,000: make two lessons of it."
    ]
    assert lesson.steps[0].blocks == (b.Broken(1, lesson.problems[0], ""),)


def test_a_file_needs_a_name_that_can_stand_in_an_address():
    lesson = read("Text.", "lessons/07-Größe & co.md")
    assert (lesson.slug, lesson.number) == ("gr-e-co", 7)
    assert "“Größe & co” is no name for a lesson." in lesson.problems[0].message


def test_problems_beyond_what_anybody_reads_are_counted():
    lesson = read("[a](b)\n\n:::\n\n" * 300)
    assert len(lesson.problems) == 201
    assert lesson.problems[-1].message == "There are 400 more problems from here on. Mend those above first."
