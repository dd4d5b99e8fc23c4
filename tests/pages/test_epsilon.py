"""What the page on epsilon says, computed again with the formula alone."""

import numpy as np
import pytest

from tests.pages.opened import charts, open_page, open_tab, plain
from tests.pages.test_numbers import says

EPS = {"Layer norm": (1e-3, 1e-5, 1e-6), "Batch norm": (1e-3, 1e-5), "RMS norm": (1e-6, 2.0**-23)}


@pytest.mark.parametrize("layer", EPS)
@pytest.mark.parametrize("spread", ["0.1", "0.01", "0.0007", "0.0001"])
def test_title_and_sentence_say_what_the_formula_gives(layer, spread):
    said = charts(open_page("epsilon", ep_layer=layer, ep_input=spread))[0]
    s = float(spread)
    left = [s / np.sqrt(s**2 + eps) for eps in EPS[layer]]
    says(said["sentence"], s, *left, s / np.sqrt(s**2 + 1e-4), np.sqrt(EPS[layer][0] / 3))
    if min(left) < 0.99:
        says(said["title"], s, *left)


def test_the_known_losses_at_a_hundredth():
    title = charts(open_page("epsilon"))[0]["title"]
    assert "0.302 (Keras), 0.953 (PyTorch) and 0.995 (Flax)" in plain(title)


def test_frameworks_with_one_epsilon_share_a_curve():
    said = charts(open_page("epsilon", ep_layer="Batch norm"))[0]
    assert "that of PyTorch and Flax (10⁻⁵)" in plain(said["sentence"])


def test_the_table_has_the_present_row_and_no_epsilon_leaves_everything():
    app = open_page("epsilon", ep_own="0", ep_input="0.0007")
    rows = plain(open_tab(app, "Numbers").markdown[0].value).splitlines()
    (row,) = [line for line in rows if line.startswith("| 0.0007 ")]
    assert row.endswith("| 1 |")
