"""The fused layers compute what `normlib.layers` computes, for several members at once."""

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm, convention, group_norm, layer_norm, rms_norm
from normlib.training.norms import Affine, BatchNorm, SampleNorm

M, B, C = 3, 10, 12
KINDS = ["batch", "layer", "group", "instance", "rms"]


def fused(kind, dtype, eps, affine):
    shape, statistics = (M, B, C), np.zeros((2, 2, M, 1, C), dtype)
    if kind == "batch":
        return BatchNorm(shape, dtype, eps, *statistics, affine=affine, spare=rows_first(dtype))
    groups = {"group": 3, "instance": C}.get(kind, 1)
    return SampleNorm(shape, dtype, eps, groups, affine=affine, spare=np.empty(shape, dtype), center=kind != "rms")


def rows_first(dtype):
    return np.empty((B, M, C), dtype).transpose(1, 0, 2)


def plain(kind, x, eps, gamma, beta):
    match kind:
        case "batch":
            return batch_norm(x, gamma=gamma, beta=beta, eps=eps)
        case "layer":
            return layer_norm(x, gamma=gamma, beta=beta, eps=eps)
        case "rms":
            return rms_norm(x, gamma=gamma, eps=eps)
        case _:
            return group_norm(x, {"group": 3, "instance": C}[kind], gamma=gamma, beta=beta, eps=eps)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_gamma", [True, False])
@pytest.mark.parametrize("with_beta", [True, False])
@pytest.mark.filterwarnings("ignore:Each mean is that of 1 value")
def test_forward_and_backward_agree_with_the_core(kind, with_gamma, with_beta):
    rng = np.random.default_rng(1)
    x, dy = rng.normal(2, 3, (M, B, C)), rng.normal(size=(M, B, C))
    gamma = rng.normal(1, 0.5, (M, 1, C)) if with_gamma else None
    beta = rng.normal(size=(M, 1, C)) if with_beta and kind != "rms" else None
    dgamma, dbeta = (None if values is None else np.empty((M, 1, C)) for values in (gamma, beta))
    eps = np.array([1e-3, 1e-5, 0.1]).reshape(M, 1, 1)
    norm = fused(kind, "float64", eps, Affine(gamma, beta, dgamma, dbeta))
    output = norm.forward(x).copy()
    dx = dy.copy()
    norm.backward(dx)
    for m in range(M):
        own = [None if values is None else values[m, 0] for values in (gamma, beta)]
        expected = plain(kind, x[m], float(eps[m, 0, 0]), *own)
        backward = expected.backward(dy[m])
        assert np.abs(output[m] - expected.output).max() < 1e-12
        assert np.abs(dx[m] - backward[0]).max() < 1e-12
        for ours, theirs in zip((dgamma, dbeta), backward[1:], strict=True):
            assert ours is None or np.abs(ours[m, 0] - theirs).max() < 1e-12


def test_inference_agrees_with_the_core():
    rng = np.random.default_rng(2)
    running = rng.normal(size=(2, M, 1, C)) ** 2
    eps, batch = np.full((M, 1, 1), 1e-3), np.zeros((2, M, 1, C))
    norm = BatchNorm((M, B, C), "float64", eps, batch, running, affine=Affine(), spare=rows_first("float64"))
    x = rng.normal(size=(M, B, C))
    output = norm.infer(x)
    for m in range(M):
        kept = RunningStatistics(running[0, m, 0], running[1, m, 0], convention("keras"))
        expected = batch_norm(x[m], running=kept, training=False).output
        assert np.abs(output[m] - expected).max() < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_float32_statistics_survive_a_mean_a_thousand_times_the_spread(kind):
    """Two passes: the one-pass formula would lose the variance altogether."""
    rng = np.random.default_rng(3)
    x = (1000 + rng.normal(size=(M, B, C))).astype(np.float32)
    eps = np.full((M, 1, 1), 1e-3, np.float32)
    output = fused(kind, "float32", eps, Affine()).forward(x)
    if kind == "instance":
        assert np.abs(output).max() < 0.02
        return
    for m in range(M):
        expected = plain(kind, x[m].astype(np.float64), 1e-3, None, None).output
        assert np.abs(output[m] - expected).max() < 2e-3
