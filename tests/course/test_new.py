"""Beginning a lesson: a file with the next number that is never written over another."""

import io

import numpy as np
import pytest
from PIL import Image

from normlib import data
from normlib.course.bars import HEIGHT, WIDTH, bars_png
from normlib.course.library import LESSONS, Library
from normlib.course.new import NewLessonError, new_lesson
from normlib.distances import distance_share


def test_a_new_lesson_takes_the_next_number_and_reads_well(tmp_path):
    folder = tmp_path / "mine"
    first, second = (new_lesson(title, folder, known=()) for title in ("Batch: how   big?", 'A "quoted" title'))
    assert [path.name for path in (first, second)] == ["01-batch-how-big.md", "02-a-quoted-title.md"]
    library = Library([folder])
    assert library.problems() == ()
    assert [lesson.title for lesson in library.lessons()] == ["Batch: how big?", 'A "quoted" title']
    (folder / "14-far.md").write_text(first.read_text("utf-8").replace("Batch: how big?", "Far"), "utf-8")
    assert new_lesson("Beyond", folder, known=()).name == "15-beyond.md"


def test_the_number_follows_the_highest_of_all_folders(tmp_path, monkeypatch):
    course, other, mine = (tmp_path / name for name in ("course", "other", "mine"))
    for folder, name in ((course, "15-last.md"), (other, "21-far.md"), (other, "notes.md")):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("x", "utf-8")
    assert new_lesson("One", mine, known=[course]).name == "16-one.md"
    assert new_lesson("Two", mine, known=[course, other, tmp_path / "gone"]).name == "22-two.md"
    with pytest.raises(NewLessonError, match=r"There is a lesson “far” already, in .*other/21-far\.md"):
        new_lesson("Far", mine, known=[course, other])
    highest = max(lesson.number or 0 for lesson in Library([LESSONS]).lessons())
    monkeypatch.delenv("NORMLAB_LESSONS", raising=False)
    assert new_lesson("Three of mine", tmp_path / "new").name == f"{highest + 1:02d}-three-of-mine.md"


def test_nothing_is_written_over(tmp_path):
    path = new_lesson("One", tmp_path, known=())
    picture = tmp_path / "pictures" / "distance-shares.png"
    path.write_text("mine", "utf-8"), picture.write_bytes(b"mine")
    with pytest.raises(
        NewLessonError, match=r"There is a lesson “one” already, in .*01-one\.md\. Choose another title"
    ):
        new_lesson("One", tmp_path, known=())
    new_lesson("Two", tmp_path, known=())
    assert (path.read_text("utf-8"), picture.read_bytes()) == ("mine", b"mine")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("", "“” has no letter from a to z"),
        ("規格化", "“規格化” has no letter from a to z, so the file has no name"),
        ("x" * 101, "The title has 101 characters; at most 100 fit"),
        ("A <b>bold</b> title", "“A <b>bold</b> title” cannot be a title. “<b>” is HTML"),
        ("It costs $5", "“It costs $5” cannot be a title."),
    ],
)
def test_a_title_that_cannot_be_is_refused(tmp_path, title, said):
    with pytest.raises(NewLessonError) as refused:
        new_lesson(title, tmp_path)
    assert str(refused.value).startswith(said)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(NewLessonError, match=r"cannot be written: Not a directory\. Choose another folder"):
        new_lesson("One", tmp_path / "file" / "in")


def test_the_picture_shows_the_numbers_as_bars():
    shares = distance_share(data.load("wine").x)
    picture = np.asarray(Image.open(io.BytesIO(bars_png(shares))).convert("L"))
    heights = [(picture[:HEIGHT, 8 + at * WIDTH + 4] < 200).sum() for at in range(len(shares))]
    np.testing.assert_allclose(np.array(heights) / HEIGHT, shares, atol=0.5 / HEIGHT + 1e-12)
    with pytest.raises(ValueError, match="give one number from 0 to 1"):
        bars_png([0.5, 1.5])
