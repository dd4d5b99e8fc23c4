"""Numbers about running statistics and small batches, against loops, formulas and the arrays of the stored runs."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_digits, load_wine

from normlib.course.values import ValueCallError, evaluate, remembered
from normlib.course.values.stored import stored
from pages.parts import deployed, renormalized


def number(call: str) -> float:
    return evaluate(call).number


def unit_0():
    weights = np.random.default_rng(0).normal(0, np.sqrt(2 / 64), (64, 12))
    return (load_digits().data / 16 @ weights).astype(np.float32).astype(np.float64)[:, 0]


def drawn(size: int):
    """The batches of the laboratory, (501, size)."""
    everybody = np.tile(np.arange(1797), (501, 1))
    return unit_0()[np.random.default_rng(0).permuted(everybody, axis=1)[:, :size]]


def test_the_start_fades_with_the_power_of_the_updates():
    assert number("start_left(updates=42)") == pytest.approx(0.99**42)
    assert number("start_left(updates=42, keep=0.9)") == pytest.approx(0.9**42)
    for keep in (0.9, 0.99):
        many = int(number(f"updates_to_forget(keep={keep})"))
        assert keep**many <= 0.01 < keep ** (many - 1)


@pytest.mark.parametrize(("library", "keep", "unbiased"), [("keras", 0.99, 0), ("pytorch", 0.9, 1), ("flax", 0.99, 0)])
def test_the_memory_is_that_of_a_loop(library, keep, unbiased):
    mean, variance = 0.0, 1.0
    for batch in drawn(32)[:42]:
        mean = keep * mean + (1 - keep) * batch.mean()
        variance = keep * variance + (1 - keep) * batch.var(ddof=unbiased)
    eps = 1e-3 if library == "keras" else 1e-5
    asked = f"updates=42, library={library}"
    assert number(f"remembered(what=mean, {asked})") == pytest.approx(mean)
    assert number(f"remembered(what=variance, {asked})") == pytest.approx(variance)
    spread = unit_0().std() / np.sqrt(variance + eps)
    assert number(f"remembered(what=spread, {asked})") == pytest.approx(spread)


def test_all_digits_are_all_digits():
    assert number("over_all_digits(what=mean)") == pytest.approx(unit_0().mean())
    assert number("over_all_digits(what=variance)") == pytest.approx(unit_0().var())


def test_a_biased_memory_of_small_batches_makes_outputs_too_wide():
    for size in (2, 4, 32):
        # Epsilon makes them a little narrower.
        assert number(f"settled_spread(size={size})") == pytest.approx(np.sqrt(size / (size - 1)), rel=0.015)
    assert number("settled_spread(size=2, library=pytorch)") == pytest.approx(1, rel=0.001)


def test_deployed_wines_are_named_as_by_the_networks_written_out():
    running, fresh = [], []
    for split in remembered._splits("inputs"):
        x = split.scaler.transform(split.test + split.std)
        net = split.network
        for found, mean, variance in (
            (running, net.mean, net.variance),
            (fresh, x.mean(axis=0), x.var(axis=0)),
        ):
            hidden = np.maximum((x - mean) / np.sqrt(variance + net.eps) @ net.weights + net.offset, 0)
            found.append(((hidden @ net.out_weights + net.out_offset).argmax(axis=1) == split.y).mean())
    assert number("deployed_accuracy(statistics=running, move=1)") == pytest.approx(np.mean(running))
    assert number("deployed_accuracy(statistics=fresh, move=1)") == pytest.approx(np.mean(fresh))


def test_one_row_alone_leaves_one_answer_for_all():
    per_split = []
    for split in remembered._splits("inputs"):
        # A row is its own mean, so the norm passes on zeros.
        answer = split.network.classify(np.zeros((1, 13)), "fresh")[0]
        per_split.append((split.y == answer).mean())
    assert number("deployed_accuracy(statistics=fresh, rows=1)") == pytest.approx(np.mean(per_split))
    assert number("deployed_accuracy(statistics=fresh)") == number("deployed_accuracy(statistics=fresh, move=1)")


def test_the_networks_are_those_of_the_laboratory():
    setting = deployed.Setting("Wine", load_wine().feature_names.index("proline"))
    at = int(np.argmin(np.abs(deployed.BY - 1)))
    for arm in ("none", "running", "fresh"):
        found = number(f"deployed_accuracy(statistics={arm}, move=1)")
        assert found == deployed.answered(setting, arm).accuracy[at].mean()


def test_renormalization_begins_as_batch_norm_and_ends_near_inference():
    proline = load_wine().data[:, 12]
    values, rng = (proline - proline.mean()) / proline.std(), np.random.default_rng(0)
    draws = [rng.choice(values, 4, replace=False) for _ in range(612)]
    mean, root = 0.0, 1.0
    for batch in draws[:600]:
        mean, root = 0.99 * mean + 0.01 * batch.mean(), 0.99 * root + 0.01 * np.sqrt(batch.var() + 1e-3)
    inference = np.array([(one - mean) / root for one in draws[600:]])
    training = np.array([(one - one.mean()) / np.sqrt(one.var() + 1e-3) for one in draws[600:]])
    apart = np.sqrt(((training - inference) ** 2).mean() / (inference**2).mean())
    assert number("renorm_distance(step=0)") == pytest.approx(apart)
    assert number("renorm_distance(step=45000)") < 0.05 < number("renorm_distance(step=10000)") < apart


def test_renormalization_is_that_of_the_laboratory():
    setting = renormalized.Setting("Wine", load_wine().feature_names.index("proline"), 4, 3, 5, 0)
    for at, step in enumerate(renormalized.STEPS):
        assert number(f"renorm_distance(step={step})") == pytest.approx(renormalized.away(setting, at))


def errors(kind: str, method: str, size: int):
    _, results = stored("small-batches", kind=kind)
    (one,) = [r for r in results if (r.experiment.method, r.experiment.batch_size) == (method, size)]
    assert not one.stopped
    return 1 - one.values["test_accuracy"][:, -1], 1 - one.values.get("test_accuracy_batch", np.ones((1, 1)))[:, -1]


def ends(values):
    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    return 100 * values.mean(), 100 * low, 100 * high


@pytest.mark.parametrize(("network", "kind"), [("dense", "dense"), ("convolutional", "conv")])
def test_small_batches_are_read_off_the_stored_arrays(network, kind):
    batch, batch_mode = errors(kind, "batch", 2)
    group = errors(kind, "group", 2)[0]
    batch_32, group_32 = (errors(kind, method, 32)[0] for method in ("batch", "group"))
    assert number(f"small_batch_error(method=batch, size=2, network={network})") == pytest.approx(batch.mean())
    for call, values in (
        (f"small_batch_gap(size=2, network={network})", batch - group),
        (f"small_batch_gap(size=2, network={network}, beyond=32)", batch - group - batch_32 + group_32),
        (f"small_batch_cost(method=batch, network={network})", batch - batch_32),
        (f"mode_gap(size=2, network={network})", batch - batch_mode),
    ):
        mean, low, high = ends(values)
        found = evaluate(call)
        assert found.number == pytest.approx(mean)
        told = found.text.replace("−", "-").replace("\xa0", " ").rstrip(")").split("interval ")[1]
        assert [float(one) for one in told.split(" to ")] == pytest.approx([low, high], rel=0.05)


def test_published_numbers_are_theirs():
    # Wu and He 2018, arXiv:1803.08494, table 2.
    assert [number(f"published_error(method=batch, size={n})") for n in (32, 16, 8, 4, 2)] == [
        0.236,
        0.237,
        0.248,
        0.273,
        0.347,
    ]
    assert evaluate("published_error(method=group, size=2)").text == "24.1\xa0%"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("start_left(updates=3, keep=2)", "keep=2.0 is no weight"),
        ("remembered(what=mean, updates=999)", "updates=999: there are 0 to 501"),
        ("small_batch_error(method=batch, size=3)", "batches of 3 were not trained; there are 2, 4, 8"),
        ("published_error(method=batch, size=64)", "they did not measure 64; there are 2, 4, 8, 16, 32"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_a_sentence(call, said):
    with pytest.raises(ValueCallError, match=said):
        evaluate(call)
