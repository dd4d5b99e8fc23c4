"""The library follows its folders: what is added, changed and taken away shows at the next call."""

import os
import threading
from pathlib import Path

import pytest

from normlib.course import library as module
from normlib.course.library import LESSONS, Library, folders, read_file
from tests.course.made_up import write


def slugs(library: Library) -> list[str]:
    return [lesson.slug for lesson in library.lessons()]


def test_lessons_stand_by_number_then_by_name(tmp_path):
    for name in (
        "10-ten.md",
        "02-two.md",
        "02-also-two.md",
        "last.md",
        "README.md",
        "_draft.md",
        ".hidden.md",
        "a.txt",
    ):
        write(tmp_path, name, "Text.")
    (tmp_path / "03-folder.md").mkdir()
    assert slugs(Library([tmp_path])) == ["also-two", "two", "ten", "last"]


def test_a_file_that_comes_changes_or_goes_shows_at_the_next_call(tmp_path):
    library = Library([tmp_path])
    assert library.lessons() == ()
    path = write(tmp_path, "01-one.md", "Text.")
    assert slugs(library) == ["one"]
    write(tmp_path, "01-one.md", "Text.", title="Changed")
    assert library.by_slug("one").title == "Changed"
    path.rename(tmp_path / "01-other.md")
    assert slugs(library) == ["other"]
    (tmp_path / "01-other.md").unlink()
    assert library.lessons() == ()


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(module, "read_file", lambda path: read.append(path.name) or read_file(path))
    library = Library([tmp_path])
    one, two = write(tmp_path, "01-one.md", "Text."), write(tmp_path, "02-two.md", "Text.")
    first = library.lessons()
    assert library.lessons() is not None
    assert library.lessons()[0] is first[0]
    assert sorted(read) == ["01-one.md", "02-two.md"]
    os.utime(two, ns=(0, one.stat().st_mtime_ns + 10**9))
    library.lessons()
    assert read[2:] == ["02-two.md"]


def test_of_two_lessons_with_one_name_the_first_folder_wins(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    write(here, "05-same.md", "Text.", title="Here")
    write(there, "01-same.md", "Text.", title="There")
    library = Library([here, there])
    assert [lesson.title for lesson in library.lessons()] == ["Here"]
    (problem,) = library.problems()
    assert problem.file == str(there / "01-same.md")
    assert (
        problem.message == f"“same” is the lesson in {here / '05-same.md'} already, which is shown. Rename this file."
    )
    (here / "05-same.md").unlink()
    assert [lesson.title for lesson in library.lessons()] == ["There"]
    assert library.problems() == ()


def test_what_is_no_text_is_a_lesson_that_says_so(tmp_path):
    (tmp_path / "01-latin.md").write_bytes("---\ntitle: x\n---\n# Größe".encode("latin-1"))
    (tmp_path / "02-large.md").write_bytes(b"x" * 2_000_000)
    (tmp_path / "03-empty.md").write_bytes(b"")
    write(tmp_path, "04-good.md", "Text.")
    library = Library([tmp_path])
    assert slugs(library) == ["latin", "large", "empty", "good"]
    assert [str(one) for one in library.problems()[:2]] == [
        "01-latin.md:4: Line 4 is not UTF-8 (byte 0xF6). Save the file as UTF-8.",
        "02-large.md:1: The file has 2,000,000 bytes. A lesson has at most 100,000: make two lessons of it.",
    ]
    assert library.by_slug("good").problems == ()


def test_a_folder_that_is_not_there_is_told_and_the_others_are_read(tmp_path):
    write(tmp_path, "01-one.md", "Text.")
    library = Library([tmp_path / "gone", tmp_path])
    assert slugs(library) == ["one"]
    (problem,) = library.problems()
    assert problem.file == str(tmp_path / "gone")
    assert problem.message == "The folder cannot be read: No such file or directory. Mend NORMLAB_LESSONS."


def test_links_lead_nowhere_outside_of_the_folder(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir(), outside.mkdir()
    write(outside, "01-secret.md", "Text.")
    (outside / "secret.png").write_bytes(b"png")
    write(inside, "02-real.md", "Text.")
    (inside / "01-out.md").symlink_to(outside / "01-secret.md")
    (inside / "03-in.md").symlink_to(inside / "02-real.md")
    (inside / "04-round.md").symlink_to(inside / "04-round.md")
    (inside / "out.png").symlink_to(outside / "secret.png")
    (inside / "folder").symlink_to(outside)
    (inside / "in.png").write_bytes(b"png")
    library = Library([inside])
    assert slugs(library) == ["real", "in"]
    assert [Path(one.file).name for one in library.problems()] == ["01-out.md", "04-round.md"]
    assert library.picture("real", "in.png") == (inside / "in.png").resolve()
    for path in ("out.png", "folder/secret.png"):
        with pytest.raises(LookupError, match=f"The picture “{path}” leads outside the lesson's folder"):
            library.picture("real", path)
    for path in ("../outside/secret.png", str(outside / "secret.png")):
        with pytest.raises(LookupError, match="is outside the lesson's folder"):
            library.picture("real", path)
    with pytest.raises(LookupError, match=r"There is no picture “gone[.]png” in the lesson's folder"):
        library.picture("real", "gone.png")
    (inside / "big.png").write_bytes(b"x" * 2_000_001)
    with pytest.raises(LookupError, match=r"“big[.]png” has 2,000,001 bytes; at most 2,000,000 are sent"):
        library.picture("real", "big.png")
    with pytest.raises(LookupError, match="There is no lesson “gone”"):
        library.picture("gone", "in.png")


def test_a_lesson_that_is_not_there_is_an_error_with_those_there_are(tmp_path):
    write(tmp_path, "01-one.md", "Text.")
    with pytest.raises(KeyError, match="there is no lesson “two”; there are one"):
        Library([tmp_path]).by_slug("two")


def test_more_folders_come_from_the_environment():
    assert folders({}) == (LESSONS,)
    named = folders({"NORMLAB_LESSONS": os.pathsep.join(["/one", "", "/two"])})
    assert named == (LESSONS, Path("/one"), Path("/two"))


def test_many_ask_at_once_while_files_change(tmp_path):
    library, wrong = Library([tmp_path]), []
    write(tmp_path, "01-always.md", "Text.")

    def ask() -> None:
        for _ in range(100):
            found = slugs(library)
            if found not in (["always"], ["always", "sometimes"]):
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        write(tmp_path, "02-sometimes.md", "Text.").unlink()
    for thread in threads:
        thread.join()
    # A file that went between being seen and being read is a lesson with a problem, never an error.
    assert wrong == []
