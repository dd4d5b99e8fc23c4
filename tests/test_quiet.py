"""Warnings are left out where that was asked for, and nowhere else: other threads keep theirs."""

import threading
import warnings

import pytest

import normlib
from normlib import without_warnings


def test_a_quiet_layer_still_says_it_in_its_result():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with without_warnings():
            found = normlib.layer_norm([[5.0]])
    assert "1 value (x of shape (1, 1))" in found.warning
    assert normlib.layer_norm([[5.0, 6.0]]).warning == ""
    with pytest.warns(UserWarning, match="1 value"):
        normlib.layer_norm([[5.0]])


def test_another_thread_is_not_made_quiet():
    heard = []

    def listen():
        with pytest.warns(UserWarning, match="1 value"):
            normlib.layer_norm([[5.0]])
        heard.append(True)

    with without_warnings():
        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
    assert heard == [True]
