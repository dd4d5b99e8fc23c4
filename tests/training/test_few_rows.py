"""The run on few training rows: what its arms share, how they are compared, and a sample of it trained again."""

import numpy as np
import pytest

from normlib.training import collect, train
from normlib.training.few_rows import FIRST_SEED, METHODS, RATES, at_best, few_rows, gain
from normlib.training.jobs import SHIPPED_RUNS, Shipped
from normlib.training.presets import FEW_ROWS


def test_the_arms_share_everything_but_method_and_rate():
    crossed = few_rows(seeds=2, steps=5)
    assert crossed.base.train_rows == 180
    assert crossed.base.seeds == (FIRST_SEED, FIRST_SEED + 1)
    assert crossed.shape == (len(METHODS), len(RATES))
    assert len({one.but(method="none", learning_rate=0.1).key for one in crossed.experiments}) == 1


def test_each_method_is_taken_at_the_rate_of_its_lowest_test_loss():
    crossed = few_rows(seeds=3, steps=30)
    results = collect(crossed.experiments, train(crossed.experiments))
    losses = crossed.table(results, "test_nll")
    found = at_best(crossed, results, "test_nll")
    np.testing.assert_array_equal(found.mean(axis=1), losses.mean(axis=2).min(axis=1))
    apart = gain(crossed, results, "batch", "test_nll")
    assert apart.mean == pytest.approx((found[1] - found[0]).mean())
    assert apart.low < apart.mean < apart.high


def test_a_rate_at_which_a_seed_stopped_is_not_the_best():
    crossed = few_rows(seeds=2, steps=5)
    results = collect(crossed.experiments, train(crossed.experiments))
    best = crossed.table(results, "test_nll")[0].mean(axis=-1).argmin()
    results[best].values["test_nll"][0] = np.nan
    assert np.isfinite(at_best(crossed, results, "test_nll")).all()


def test_a_sample_of_the_run_comes_out_again():
    kept = Shipped(SHIPPED_RUNS).get(FEW_ROWS.crossed.experiments, FEW_ROWS.engine)
    assert kept is not None, "the run is missing: make runs"
    one = kept.results[-3]
    seed = one.experiment.seeds[0]
    (again,) = collect([one.experiment.but(seeds=(seed,))], train([one.experiment.but(seeds=(seed,))]))
    np.testing.assert_allclose(again.values["loss"][0, 0], one.values["loss"][0, 0], rtol=1e-3)
    assert again.values["test_accuracy"][0, -1] == pytest.approx(one.values["test_accuracy"][0, -1], abs=0.02)


def test_the_expectation_held():
    kept = Shipped(SHIPPED_RUNS).get(FEW_ROWS.crossed.experiments, FEW_ROWS.engine)
    assert kept is not None
    batch, layer = (gain(FEW_ROWS.crossed, kept.results, method, "test_nll") for method in ("batch", "layer"))
    assert batch.high < 0
    assert batch.mean < layer.mean
