"""Search: what is found, in which order, and what is said when nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib.course.folding import fold, stem, words
from normlib.course.glossary import glossary
from normlib.course.library import LESSONS, Library
from normlib.course.passages import Passage, laboratory, passage_of, passages_of, unmarked
from normlib.course.reader import read_lesson
from normlib.course.search import LONGEST_QUERY, Index, _slips
from normlib.course.snippet import snippet
from pages.catalogue import LABORATORIES

LESSON = """---
title: Why scale matters
summary: Big numbers drown small ones.
---
# Why scale matters

Two **wines**, their `hue` and [proline](lesson:min-max). In all, $\\sigma_{secret}$ and
{value}`distance_share(data=wine, feature=proline)` of the {term}`batches <batch>`.

## A vote

:::{quiz} single
:name: vote
Who votes?

- [x] Neighbours
  > Yes, the nearest feedbackword.
- [ ] Strangers
  > No.
:::

:::{exercise}
Standardize the digits.

:::{solution}
It falls solutionword.
:::
:::

:::{instructor}
Ask instructorword.
:::
"""


@pytest.fixture(scope="module")
def index():
    passages = [passage_of(one) for one in glossary().entries]
    for lesson in Library([LESSONS]).lessons():
        passages += passages_of(lesson)
    passages += [laboratory(one.slug, one.title, one.question, one.summary) for one in LABORATORIES.values()]
    return Index(passages)


def first(index, query):
    hits = index.find(query).hits
    return (hits[0].passage.kind, hits[0].passage.slug) if hits else None


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("momentum", "momentum"),
        ("Batch Size", "batch-size"),
        ("batch sizes", "batch-size"),
        ("running mean", "running-statistics"),
        ("gamma and beta", "gamma-and-beta"),
        ("standardise", "standardization"),
        ("rmsnorm", "rms-normalization"),
        ("variecne", "variance"),
        ("epsilom", "epsilon"),
        ("ÉPSILON", "epsilon"),
        ("pre-LN", "pre-ln"),
        ("internal covariate", "internal-covariate-shift"),
    ],
)
def test_a_term_is_first_for_its_name_with_endings_and_slips(index, query, term):
    assert first(index, query) == ("term", term)


@pytest.mark.parametrize("kind", ["lesson", "term", "laboratory"])
def test_all_kinds_are_found(index, kind):
    assert any(hit.passage.kind == kind for hit in index.find("batch normalization", most=100).hits)


def test_who_has_both_words_comes_before_who_has_one():
    both, one = Passage("term", "both", "t", "alpha and beta"), Passage("term", "one", "t", "alpha alpha alpha")
    found = Index([one, both, Passage("term", "none", "t", "gamma")]).find("alpha beta")
    assert [hit.passage.slug for hit in found.hits] == ["both", "one"]
    assert found.total == 2


def test_words_in_order_and_in_the_title_weigh_more():
    passages = [
        Passage("term", "text", "x", "one mean batch and size"),
        Passage("term", "phrase", "x", "one mean size batch and"),
        Passage("term", "title", "size batch", "one mean"),
    ]
    assert [hit.passage.slug for hit in Index(passages).find("size batch").hits] == ["title", "phrase", "text"]


def test_the_beginning_of_a_word_is_enough():
    index = Index([Passage("term", "std", "Standardization", "")])
    assert index.find("standa").hits
    assert not index.find("ardization").hits


def test_short_words_are_taken_by_the_letter():
    index = Index([Passage("term", "bn", "BN", ""), Passage("term", "ln", "LN", "")])
    assert [hit.passage.slug for hit in index.find("ln").hits] == ["ln"]


def test_nothing_found_names_the_nearest_word(index):
    found = index.find("epqqqsilon")
    assert found.hits == ()
    assert found.unknown == ("epqqqsilon",)
    assert found.nearest == ("epsilon",)


def test_a_word_that_nothing_holds_is_named_beside_what_was_found(index):
    found = index.find("batch zzzzzz")
    assert found.hits
    assert found.unknown == ("zzzzzz",)


@pytest.mark.parametrize("query", ["", "   ", "?!", "`$#`", "\x00", "—"])
def test_a_query_without_words_finds_nothing(index, query):
    found = index.find(query)
    assert (found.hits, found.total, found.nearest) == ((), 0, ())


def test_a_long_query_is_cut(index):
    assert len(index.find("batch " * 10_000).query) <= LONGEST_QUERY
    assert index.find("x" * 1_000_000).hits == ()


@given(st.text(max_size=300))
def test_any_query_is_answered(query):
    found = Index([Passage("term", "a", "Batch size", "The mean of a small batch is noisy.")]).find(query)
    assert found.total == len(found.hits)
    for hit in found.hits:
        assert "".join(text for text, _ in snippet(hit.passage.text, hit.stems)) == hit.passage.text


def test_a_lesson_is_searched_by_step_without_its_answers():
    steps = list(passages_of(read_lesson(LESSON, "02-why-scale.md")))
    assert [(one.title, one.step, one.context) for one in steps] == [
        ("Why scale matters", 1, "Why scale matters"),
        ("A vote", 2, "Why scale matters"),
    ]
    assert steps[0].text == (
        "Big numbers drown small ones. Two wines, their hue and proline. In all, … and … of the batches."
    )
    assert "Neighbours" in steps[1].text
    assert "Standardize the digits" in steps[1].text
    for hidden in ("feedbackword", "solutionword", "instructorword"):
        assert hidden not in steps[1].text


def test_markdown_is_read_without_its_marks():
    assert unmarked("# T\n\n- *a* snake_case\n\n| x | y |\n|:--|--:|\n| 1 | 2 |\n\n```py\ncode\n```\n\\$5") == (
        "T a snake_case x y 1 2 $5"
    )


def test_a_snippet_shows_the_densest_place_at_borders_of_words():
    text = "mean " + "filler " * 100 + "the mean of the batch and its mean. " + "filler " * 100
    pieces = snippet(text, {"mean", "batch"}, 80)
    shown = "".join(piece for piece, _ in pieces)
    assert [piece for piece, meant in pieces if meant] == ["mean", "batch", "mean"]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 100
    assert set(shown.replace("…", " ").split()) <= set(text.split())


def test_folding_and_stems_agree_on_what_a_word_is():
    assert [word for word, _, _ in words("Łukasz’s naïve Größe_x, 95 %")] == ["łukasz’s", "naive", "grosse", "x", "95"]
    assert fold("ﬁX") == "fix"
    assert stem("normalisation") == stem("normalized") == stem("normalizes")
    assert stem("class") == stem("classes")


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("mean", "mean", 0), ("mean", "maen", 1), ("mean", "men", 1), ("mean", "bean", 1)]
)
def test_slips_are_counted(one, other, slips):
    assert _slips(one, other, 2) == _slips(other, one, 2) == slips
