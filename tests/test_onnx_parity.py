"""Layers against ONNX Runtime, whose axes and parameter shapes follow other rules."""

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm, convention, group_norm, instance_norm, layer_norm

onnx = pytest.importorskip("onnx", reason="onnx writes the one-layer models that ONNX Runtime runs")
onnxruntime = pytest.importorskip("onnxruntime")

RNG = np.random.default_rng(0)
X = (RNG.normal(size=(2, 6, 3, 4)) * 3 + 5).astype(np.float32)
GAMMA, BETA = RNG.normal(size=6).astype(np.float32), RNG.normal(size=6).astype(np.float32)


def run(operator, *inputs, outputs=1, **attributes):
    """Run one ONNX operator (opset 21) on NumPy arrays."""
    names = [f"in{i}" for i in range(len(inputs))]
    results = [f"out{i}" for i in range(outputs)]
    number = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(operator, names, results, **attributes)],
        "layer",
        [onnx.helper.make_tensor_value_info(n, number, v.shape) for n, v in zip(names, inputs, strict=True)],
        [onnx.helper.make_tensor_value_info(n, number, None) for n in results],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, dict(zip(names, inputs, strict=True)))


@pytest.mark.parametrize("axis", [1, 2, 3, -1])
def test_layer_norm_from_an_axis_on(axis):
    first = axis % X.ndim
    shape = X.shape[first:]
    gamma, beta = RNG.normal(size=shape).astype(np.float32), RNG.normal(size=shape).astype(np.float32)
    theirs = run("LayerNormalization", X, gamma, beta, axis=axis, epsilon=1e-3)[0]
    ours = layer_norm(X, gamma=gamma, beta=beta, axes=tuple(range(first, X.ndim))).output
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_instance_norm():
    theirs = run("InstanceNormalization", X, GAMMA, BETA, epsilon=1e-3)[0]
    ours = instance_norm(X, gamma=GAMMA, beta=BETA, channel_axis=1).output
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_norm(groups):
    theirs = run("GroupNormalization", X, GAMMA, BETA, num_groups=groups, epsilon=1e-3)[0]
    ours = group_norm(X, groups, gamma=GAMMA, beta=BETA, channel_axis=1).output
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_batch_norm_in_inference():
    mean, variance = RNG.normal(size=6).astype(np.float32), RNG.uniform(0.5, 2, size=6).astype(np.float32)
    theirs = run("BatchNormalization", X, GAMMA, BETA, mean, variance, epsilon=1e-3)[0]
    running = RunningStatistics(mean, variance, convention("keras"))
    ours = batch_norm(X, gamma=GAMMA, beta=BETA, channel_axis=1, running=running, training=False).output
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
