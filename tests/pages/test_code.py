"""The program in the Code tab of every page runs as it is shown, and Keras agrees with it."""

import ast
import contextlib
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from tests.pages.opened import LABS, open_page, open_tab

SETTINGS = {
    "min-max": [
        {},
        {"mm_range": "−1 to 1", "mm_clip": "true"},
        {"mm_data": "Digits", "mm_feature": "pixel 0,0", "mm_outlier": "0"},
    ],
    "standardization": [
        {},
        {"st_data": "Breast cancer", "st_outlier": "10"},
        {"st_data": "Digits", "st_feature": "pixel 0,0"},
    ],
    "scalers": [{}],
    "distances": [{}, {"di_scaler": "Robust"}],
    "gradient-descent": [{}, {"gd_scaler": "Standardization"}, {"gd_scaler": "Max-abs"}],
    "least-squares": [{}, {"ls_scaler": "Min-max"}],
    "leakage": [{}],
    "batch-size": [{}, {"bs_layer": "Feature maps of photographs", "bs_size": "3"}],
    "epsilon": [{"ep_layer": f"{name} norm"} for name in ("Batch", "Layer", "Instance", "Group", "RMS")],
    "layer-norm": [{}, {"ln_axes": "Whole image", "ln_size": "5"}],
    "few-features": [{"ff_features": "1"}, {"ff_eps": "Flax", "ff_scale": "A hundredth"}],
}


def shown(slug, link):
    app = open_page(slug, **link)
    open_tab(app, "Code")
    assert not app.warning
    (code,) = app.code
    assert code.language == "python"
    return code.value


def uses_keras(code):
    return any(isinstance(node, ast.Import) and node.names[0].name == "keras" for node in ast.walk(ast.parse(code)))


def test_every_laboratory_is_tried():
    assert SETTINGS.keys() <= set(LABS)


@pytest.mark.parametrize("slug", LABS)
def test_the_code_without_keras_runs_and_prints_numbers(slug):
    for link in SETTINGS.get(slug, [{}]):
        code = shown(slug, link)
        if uses_keras(code):
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, slug, "exec"), {})  # noqa: S102 - the page's own program is what is tested
        assert len(out.getvalue().split()) > 1
        assert "nan" not in out.getvalue()


def test_the_code_of_the_least_squares_page_shows_the_scales_and_no_change():
    space = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(shown("least-squares", {}), "code", "exec"), space)  # noqa: S102
    np.testing.assert_allclose(space["scaled"] / space["raw"], space["others"].std(axis=0), rtol=1e-6)


RUNNER = """
import contextlib, io, json, sys
import numpy as np
answers = []
for code in json.load(sys.stdin):
    space = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "code", "exec"), space)
    if "theirs" in space:
        pair = space["ours"], space["theirs"]
    elif "model" in space:
        path = space["descend"](space["problem"], start=(0, 0), rate=space["rate"], steps=5).path[-1]
        pair = path, space["model"].get_weights()[0][:, 0]
    else:
        pair = space["fitted"].transform(space["x"]), np.asarray(space["layer"](space["x"]))
    answers.append([np.asarray(one, dtype=float).ravel().tolist() for one in pair])
print(json.dumps(answers))
"""


@pytest.mark.keras
def test_the_code_with_keras_runs_and_both_agree():
    codes = [shown(slug, link) for slug in LABS for link in SETTINGS.get(slug, [{}])]
    with_keras = [code for code in codes if uses_keras(code)]
    assert len(with_keras) >= 8
    run = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(with_keras), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    for code, (ours, theirs) in zip(with_keras, json.loads(run.stdout.splitlines()[-1]), strict=True):
        assert np.any(np.array(ours) != 0) or "pixel 0,0" in code
        # Keras computes in float32: about seven digits of the largest number that occurs.
        np.testing.assert_allclose(theirs, ours, rtol=2e-5, atol=2e-5 * (1 + np.abs(ours).max()), err_msg=code)
