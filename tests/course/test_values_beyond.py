"""Numbers about practice and what lies beyond, against plain NumPy, loops in float32 and the stored arrays."""

import numpy as np
import pytest
from scipy import stats

from normlib.activations import activations
from normlib.course.values import ValueCallError, evaluate
from normlib.course.values.stored import stored
from normlib.training.placement_trained import RATES as LADDERS
from pages.parts import relative, relative_tanh, relative_weights
from pages.parts.relative import apart

RATES = LADDERS["transformer"]


def number(call: str) -> float:
    return evaluate(call).number


# --- practice


def test_default_epsilons_are_those_of_the_libraries():
    known = {
        ("batch", "keras"): 1e-3,
        ("batch", "pytorch"): 1e-5,
        ("layer", "keras"): 1e-3,
        ("layer", "pytorch"): 1e-5,
        ("layer", "flax"): 1e-6,
        ("rms", "keras"): 1e-6,
    }
    for (layer, library), eps in known.items():
        assert number(f"library_epsilon(layer={layer}, library={library})") == eps
        for spread in (1.0, 0.01):
            left = number(f"epsilon_leaves(layer={layer}, library={library}, spread={spread})")
            assert left == pytest.approx(spread / np.sqrt(spread**2 + eps), rel=1e-6)
    assert evaluate("library_epsilon(layer=layer, library=pytorch)").text == "0.00001"


def test_one_nan_spoils_what_shares_its_mean():
    samples, positions, channels = 6, 64, 6
    assert number("nan_batch") == samples * positions * channels
    shares = {
        "batch": samples * positions,
        "layer": positions * channels,
        "instance": positions,
        "group": positions * channels / 2,
        "rms": positions * channels,
    }
    for layer, many in shares.items():
        assert number(f"nan_outputs(layer={layer})") == many
        later = number(f"nan_outputs(layer={layer}, when=inference)")
        assert later == (many if layer == "batch" else 0)
    assert number("nan_outputs(layer=batch, when=inference, guarded=true)") == 0


@pytest.mark.parametrize("mean", [100.0, 1000.0])
def test_a_variance_in_one_pass_is_what_a_loop_in_float32_gives(mean):
    x = (mean + 0.1 * np.random.default_rng(0).standard_normal((64, 500))).astype(np.float32)
    total, squares = np.zeros((2, 500), np.float32)
    for row in x:
        total, squares = total + row, squares + row * row
    many = np.float32(64)
    variance = squares / many - (total / many) * (total / many)
    true = x.astype(np.float64).var(axis=0)
    assert variance.dtype == np.float32
    assert number(f"one_pass_negative(mean={mean})") == pytest.approx((variance < 0).mean())
    assert number(f"one_pass_error(mean={mean})") == pytest.approx(np.median(np.abs(variance - true) / true))
    assert number(f"two_pass_error(mean={mean})") < 1e-5


def test_layer_norm_changes_what_batch_norm_made():
    x = activations("dense").x.reshape(6, 12).astype(np.float64)
    one = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-3)
    both = (one - one.mean(axis=1, keepdims=True)) / np.sqrt(one.var(axis=1, keepdims=True) + 1e-3)
    assert number("both_norms_apart") == pytest.approx(np.linalg.norm(both - one) / np.linalg.norm(one))


def test_few_rows_are_learned_by_heart_and_batch_norm_gains_little():
    best = {}
    for one in stored("practice")[1]:
        assert not one.stopped
        method, end = one.experiment.method, {name: values[:, -1] for name, values in one.values.items()}
        if method not in best or end["test_nll"].mean() < best[method]["test_nll"].mean():
            best[method] = end
    for method, end in best.items():
        assert number(f"few_rows_right(method={method})") == pytest.approx(end["test_accuracy"].mean())
        assert number(f"few_rows_right(method={method}, rows=training)") == pytest.approx(end["accuracy"].mean())
        assert number(f"few_rows_loss(method={method})") == pytest.approx(end["test_nll"].mean())
        assert end["accuracy"].mean() > 0.999
    for method in ("batch", "layer"):
        gained = 100 * (best[method]["test_accuracy"] - best["none"]["test_accuracy"])
        low, high = stats.t.interval(0.95, len(gained) - 1, gained.mean(), stats.sem(gained))
        found = evaluate(f"few_rows_gain(method={method})")
        assert found.number == pytest.approx(gained.mean())
        assert f"{low:.1f} to {high:.1f}" in found.text.replace("−", "-")
    assert number("few_rows_seeds") == len(gained) == 30


# --- relatives: the numbers of the laboratory, and NumPy


def test_rms_norm_is_as_far_from_layer_norm_as_the_laboratory_says():
    for kind in ("digits", "dense"):
        layer, root = relative.shifted(kind, False)
        for mean in (0.0, 1.0, 3.0):
            at = int(np.argmin(np.abs(relative.SHIFTS - mean)))
            found = number(f"rms_apart(mean_added={mean}, activations={kind})")
            assert found == pytest.approx(apart(root[at].ravel(), layer[at].ravel()), abs=1e-9)
        layer, root = relative.shifted(kind, True)
        assert number(f"rms_own_means(activations={kind})") == pytest.approx(apart(root[0].ravel(), layer[0].ravel()))
    assert evaluate("rms_apart(mean_added=0)").text == "0"


def test_dynamic_tanh_is_as_far_as_the_best_gamma_brings_it():
    for kind in ("digits", "dense"):
        x, y, _, away = relative_tanh.fitted(kind)
        bent = np.tanh(0.5 * x).ravel()
        gamma = np.linalg.lstsq(bent[:, None], y.ravel(), rcond=None)[0][0]
        found = number(f"tanh_apart(alpha=0.5, activations={kind})")
        assert found == pytest.approx(np.linalg.norm(gamma * bent - y.ravel()) / np.linalg.norm(y))
        assert found == pytest.approx(away[relative_tanh.ALPHAS.index(0.5)])


def test_one_large_filter_is_noticed_by_layer_norm_alone():
    at, once = relative_weights.FACTORS.index(5.0), relative_weights.FACTORS.index(1.0)
    shown = relative_weights.spreads(False, False)
    for method, found in zip(("none", "layer", "weights"), shown, strict=True):
        ratio = found[at] / found[once]
        assert number(f"filter_moved(method={method}, which=first, times=5)") == pytest.approx(ratio[0])
        assert number(f"filter_moved(method={method}, which=others, times=5)") == pytest.approx(ratio[1:].min())
    assert number("filter_moved(method=none, which=first, times=5)") == pytest.approx(5)


# --- pre-LN and post-LN


def right(placement, blocks, rate):
    (found,) = [
        one
        for one in stored("placement-trained", kind="transformer")[1]
        if (one.experiment.placement, one.experiment.depth, one.experiment.learning_rate) == (placement, blocks, rate)
    ]
    assert not found.stopped
    return found.values["test_accuracy"][:, -1]


@pytest.mark.parametrize("blocks", [1, 4])
def test_transformers_are_read_from_the_stored_run(blocks):
    wide = {}
    for name, placement in (("none", "none"), ("pre", "before"), ("post", "after")):
        ends = np.array([right(placement, blocks, rate) for rate in RATES])
        asked = f"placement={name}, blocks={blocks}"
        assert number(f"transformer_right({asked})") == pytest.approx(ends.mean(axis=1).max())
        assert number(f"transformer_right_at({asked}, rate=0.01)") == pytest.approx(ends[RATES.index(0.01)].mean())
        works = [rate for rate, end in zip(RATES, ends, strict=True) if np.median(end) >= 0.8]
        assert evaluate(f"transformer_rates({asked})").text == f"{works[0]:g} to {works[-1]:g}"
        wide[name] = (ends >= 0.8).sum(axis=0) * np.log10(RATES[-1] / RATES[0]) / (len(RATES) - 1)
    wider = wide["pre"] - wide["post"]
    low, high = stats.t.interval(0.95, len(wider) - 1, wider.mean(), stats.sem(wider))
    found = evaluate(f"transformer_wider(blocks={blocks})")
    assert found.number == pytest.approx(wider.mean())
    two = [f"{float(f'{end:.2g}'):g}" for end in (low, high)]
    assert " to ".join(two) in found.text.replace("−", "-")


def test_the_first_gradient_of_the_last_block_is_read_before_training():
    for one in stored("placement-trained", kind="transformer")[1]:
        if (one.experiment.placement, one.experiment.depth) == ("before", 4):
            norms = one.values["gradient_norm"][:, 0, 7]
            break
    assert number("transformer_first_gradient(placement=pre, blocks=4)") == pytest.approx(norms.mean())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("transformer_right(placement=pre, blocks=2)", "of 1, 4 blocks, and not of 2"),
        ("transformer_right_at(placement=pre, blocks=4, rate=1)", "0.03, and not 1"),
    ],
)
def test_what_was_not_run_is_refused(call, said):
    with pytest.raises(ValueCallError, match=said):
        evaluate(call)
