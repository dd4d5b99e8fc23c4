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
    "relatives": [
        {},
        {"rl_own": "true", "rl_tensor": "Feature maps of photographs", "rl_shift": "0"},
        {"rl_relative": "Dynamic tanh"},
        {"rl_relative": "Weight standardization", "rl_add": "true", "rl_divisor": "n − 1"},
    ],
    "batch-renorm": [{}, {"rn_step": "0", "rn_size": "2"}, {"rn_data": "Digits", "rn_feature": "pixel 3,4"}],
    "compare": [{}, {"cm_size": "1", "cm_side": "1", "cm_channels": "6", "cm_groups": "2", "cm_over": "C"}],
    "invariance": [{}, {"iv_data": "Wine", "iv_eps": "0.001", "iv_shift": "One number", "iv_factor": "0.1"}],
    "leakage": [{}],
    "axes": [
        {},
        {"ax_method": "None"},
        {"ax_method": "Layer", "ax_over": "C", "ax_gamma": "2", "ax_beta": "-0.5"},
        {"ax_method": "Instance", "ax_tensor": "Feature maps of photographs", "ax_eps": "0.00001"},
        {"ax_method": "Group", "ax_tensor": "A dense layer", "ax_groups": "4"},
        {"ax_method": "RMS", "ax_gamma": "2"},
    ],
    "averages": [{}, {"av_method": "Group", "av_along": "N, C"}],
    "same": [{}, {"sa_pair": "RMS and layer"}, {"sa_pair": "Batch and instance"}],
    "group-norm": [{}, {"gn_groups": "6", "gn_gamma": "0.5"}],
    "batch-size": [{}, {"bs_layer": "Feature maps of photographs", "bs_size": "3"}],
    "batch-mates": [{}, {"bm_layer": "Feature maps of digits", "bm_size": "4", "bm_draw": "40"}],
    "running-statistics": [
        {},
        {"ru_like": "PyTorch", "ru_size": "2"},
        {"ru_like": "Flax", "ru_layer": "Feature maps of digits", "ru_size": "2", "ru_step": "9"},
    ],
    "gamma-beta-bias": [{}, {"gb_restore": "true"}, {"gb_drag": "Gamma", "gb_gamma": "-1.5", "gb_beta": "2"}],
    "epsilon": [{"ep_layer": f"{name} norm"} for name in ("Batch", "Layer", "Instance", "Group", "RMS")],
    "rounding": [{}, {"ro_stored": "bfloat16", "ro_mean": "10"}, {"ro_computed": "float64", "ro_order": "in pairs"}],
    "one-nan": [
        {},
        *({"nn_layer": f"{name} norm", "nn_bad": "infinity"} for name in ("Layer", "Instance", "Group", "RMS")),
        {"nn_layer": "Layer norm", "nn_kind": "Dense layer"},
    ],
    "layer-norm": [{}, {"ln_axes": "Whole image", "ln_size": "5"}],
    "few-features": [{"ff_features": "1"}, {"ff_eps": "Flax", "ff_scale": "A hundredth"}],
    "padding": [{}, {"pd_lengths": "All 8 steps", "pd_steps": "8"}, {"pd_value": "16", "pd_steps": "40"}],
    "instance-norm": [{}, {"in_size": "4 × 6", "in_eps": "Keras"}, {"in_photo": "Flower", "in_brightness": "-0.4"}],
    "placement-start": [{}, {"ps_activation": "ReLU", "ps_depth": "10", "ps_scale": "0.01"}],
    "gradients": [{}, {"gr_view": "Depth", "gr_eps": "0.00000001"}],
    "shift-between": [
        {},
        {"sb_moves": "One feature", "sb_place": "In the hidden layer", "sb_rows": "8", "sb_spread": "2.0"},
        {"sb_data": "Breast cancer", "sb_one_class": "true", "sb_scaler": "Min-max", "sb_by": "-3"},
    ],
    "style": [{}, {"sy_content": "Flower", "sy_style": "Temple", "sy_strength": "0.35"}],
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


def test_the_code_with_keras_runs_and_both_agree():
    codes = [shown(slug, link) for slug in LABS for link in SETTINGS.get(slug, [{}])]
    with_keras = [code for code in codes if uses_keras(code)]
    assert len(with_keras) >= 8
    run = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(with_keras), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answers = json.loads(run.stdout.splitlines()[-1])
    # Three settings are about what becomes 0: a constant pixel, twice, and layer norm over one feature.
    assert sum(not np.any(ours) for ours, _ in answers) <= 3
    for code, (ours, theirs) in zip(with_keras, answers, strict=True):
        # Keras computes in float32: about seven digits of the largest number that occurs.
        np.testing.assert_allclose(theirs, ours, rtol=2e-5, atol=2e-5 * (1 + np.abs(ours).max()), err_msg=code)
