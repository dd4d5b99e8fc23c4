"""What the page on one bad value counts, counted again from the shapes alone."""

import pytest

from tests.pages.opened import charts, open_page, open_tab, plain
from tests.pages.test_numbers import says

N, C, VALUES = 6, 6, 64
REACHED = {"Batch norm": N * VALUES, "Layer norm": C * VALUES, "Instance norm": VALUES, "Group norm": 3 * VALUES}


def say(**link):
    said = charts(open_page("one-nan", **link))[0]
    return plain(said["title"]), plain(said["sentence"])


@pytest.mark.parametrize("layer", REACHED)
@pytest.mark.parametrize("bad", ["NaN", "infinity"])
def test_title_and_sentence_count_the_infected(layer, bad):
    for text in say(nn_layer=layer, nn_bad=bad):
        says(text, REACHED[layer], N * C * VALUES)


def test_groups_bound_the_infection():
    for groups in (1, 2, 3):
        says(say(nn_layer="Group norm", nn_groups=str(groups))[0], C // groups * VALUES)


def test_a_clean_batch_heals_every_layer_but_batch_norm():
    assert "remembers nothing" in say(nn_layer="Layer norm", nn_step="21")[0]
    for momentum in ("0.5", "0.99"):
        title, sentence = say(nn_step="100", nn_momentum=momentum)
        says(title, 80, N * VALUES)
        assert "whatever the momentum" in sentence


def test_the_guard_is_told_with_what_it_skipped():
    title, sentence = say(nn_guard="true", nn_step="60")
    assert "skipped" in title
    says(sentence, 1, 61)


def test_rms_norm_is_silent_about_the_zeros():
    title, sentence = say(nn_layer="RMS norm", nn_bad="infinity", nn_kind="Dense layer")
    says(title, 11)
    assert "without a warning, and 1 is NaN" in sentence


def test_instance_norm_on_a_dense_layer_says_what_is_wrong():
    assert "averages 1 value" in say(nn_layer="Instance norm", nn_kind="Dense layer")[1]


def test_the_table_compares_all_layers():
    rows = plain(open_tab(open_page("one-nan"), "Numbers").markdown[0].value).splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [row[0] for row in cells] == [
        "Batch norm",
        "Batch norm, guarded",
        "Layer norm",
        "Instance norm",
        "Group norm",
        "RMS norm",
    ]
    assert [row[1] for row in cells] == ["384", "384", "384", "64", "192", "384"]
    assert [row[2] for row in cells] == ["384", "0", "0", "0", "0", "0"]
    assert cells[0][3] == "NaN"
