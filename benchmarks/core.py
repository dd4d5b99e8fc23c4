"""Time the layers and scalers against their peers: python -m benchmarks.core

Every figure is the median of runs that alternate between the peers, so that a busy moment of the machine
hits all of them. Peers run on one thread. A ratio is our time over theirs: under 1 we are faster.
"""

# ruff: noqa: I001, PLC0415
# Threads are limited before the libraries are loaded, and peers that are not installed are left out.

from __future__ import annotations

import argparse
import contextlib
from typing import Any

from benchmarks import one_thread  # noqa: F401

import numpy as np

import normlib
from benchmarks.turns import Run, medians, turns

EPS = 1e-3
GROUPS = 8


def naive(x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Normalize as a textbook writes it, in the dtype of the data."""
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + EPS)


def layers(shape: tuple[int, int, int, int], *, channels_last: bool) -> dict[str, dict[str, Run]]:
    """Return the runs of each layer on (N, C, H, W) random numbers, or (N, H, W, C) with channels last."""
    n, c, h, w = shape
    x = np.random.default_rng(0).normal(size=(n, h, w, c) if channels_last else shape).astype(np.float32)
    axis = -1 if channels_last else 1
    space = (1, 2) if channels_last else (2, 3)
    grouped = x.reshape((n, h, w, GROUPS, c // GROUPS) if channels_last else (n, GROUPS, c // GROUPS, h, w))
    gamma, beta = np.ones(c, np.float32), np.zeros(c, np.float32)
    affine: dict[str, Any] = {"gamma": gamma, "beta": beta, "channel_axis": axis}
    own: dict[str, tuple[Run, Run, Run]] = {
        "batch norm": (
            lambda: normlib.batch_norm(x, channel_axis=axis),
            lambda: normlib.batch_norm(x, **affine),
            lambda: naive(x, (0, *space)),
        ),
        "layer norm (sample)": (
            lambda: normlib.layer_norm(x, axes=(1, 2, 3)),
            lambda: normlib.layer_norm(x, axes=(1, 2, 3), gamma=np.ones(x.shape[1:]), beta=np.zeros(x.shape[1:])),
            lambda: naive(x, (1, 2, 3)),
        ),
        "instance norm": (
            lambda: normlib.instance_norm(x, channel_axis=axis),
            lambda: normlib.instance_norm(x, **affine),
            lambda: naive(x, space),
        ),
        "group norm": (
            lambda: normlib.group_norm(x, GROUPS, channel_axis=axis),
            lambda: normlib.group_norm(x, GROUPS, **affine),
            lambda: naive(grouped, (1, 2, 4) if channels_last else (2, 3, 4)),
        ),
    }
    if channels_last:
        own["layer norm (last axis)"] = (
            lambda: normlib.layer_norm(x),
            lambda: normlib.layer_norm(x, gamma=gamma, beta=beta),
            lambda: naive(x, (3,)),
        )
        own["RMS norm (last axis)"] = (
            lambda: normlib.rms_norm(x),
            lambda: normlib.rms_norm(x, gamma=gamma),
            lambda: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6),
        )
    peers = [torch_layers(x, channels_last), keras_layers(x, channels_last), onnx_layers(x, channels_last)]
    table = {}
    for layer, (ours, ours_affine, textbook) in own.items():
        table[layer] = {"ours": ours, "ours, affine": ours_affine, "naive": textbook, "np.copy": x.copy}
        for runs in peers:
            for peer, run in runs.get(layer, {}).items():
                table[layer][peer] = run
    return table


def torch_layers(x: np.ndarray, channels_last: bool) -> dict[str, dict[str, Run]]:
    """Return PyTorch's layers without affine, on the same numbers in the same memory layout."""
    try:
        import torch
        import torch.nn.functional as f
    except ModuleNotFoundError:
        return {}
    torch.set_num_threads(1)
    t = torch.from_numpy(x)
    image = t.permute(0, 3, 1, 2) if channels_last else t  # PyTorch calls this layout channels_last

    def quietly(run: Run) -> dict[str, Run]:
        def call() -> None:
            with torch.no_grad():
                run()

        return {"torch": call}

    runs = {
        "batch norm": quietly(lambda: f.batch_norm(image, None, None, training=True, eps=EPS)),
        "layer norm (sample)": quietly(lambda: f.layer_norm(t, t.shape[1:], eps=EPS)),
        "instance norm": quietly(lambda: f.instance_norm(image, eps=EPS)),
        "group norm": quietly(lambda: f.group_norm(image, GROUPS, eps=EPS)),
    }
    if channels_last:
        runs["layer norm (last axis)"] = quietly(lambda: f.layer_norm(t, t.shape[-1:], eps=EPS))
        runs["RMS norm (last axis)"] = quietly(lambda: f.rms_norm(t, t.shape[-1:], eps=1e-6))
    return runs


def keras_layers(x: np.ndarray, channels_last: bool) -> dict[str, dict[str, Run]]:
    """Return Keras layers, called directly on a TensorFlow tensor, where they take this layout."""
    try:
        import tensorflow as tf
    except ModuleNotFoundError:
        return {}
    with contextlib.suppress(RuntimeError):  # already started by the size before
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    t, axis, make = tf.constant(x), -1 if channels_last else 1, tf.keras.layers
    batch = make.BatchNormalization(axis=axis)
    sample = make.LayerNormalization(axis=[1, 2, 3])
    instance = make.GroupNormalization(groups=-1, axis=axis)
    group = make.GroupNormalization(groups=GROUPS, axis=axis)
    runs: dict[str, dict[str, Run]] = {
        "batch norm": {"keras": lambda: batch(t, training=True)},
        "layer norm (sample)": {"keras": lambda: sample(t)},
        "instance norm": {"keras": lambda: instance(t)},
        "group norm": {"keras": lambda: group(t)},
    }
    if channels_last:
        last, rms = make.LayerNormalization(), make.RMSNormalization()
        runs["layer norm (last axis)"] = {"keras": lambda: last(t)}
        runs["RMS norm (last axis)"] = {"keras": lambda: rms(t)}
    return runs


def onnx_layers(x: np.ndarray, channels_last: bool) -> dict[str, dict[str, Run]]:
    """Return ONNX Runtime's operators on one thread; most know channels first only."""
    try:
        import onnx
        import onnxruntime
    except ModuleNotFoundError:
        return {}

    def operator(kind: str, parameters: tuple[int, ...], **attributes: Any) -> dict[str, Run]:
        feed = {"x": x, "gamma": np.ones(parameters, np.float32), "beta": np.zeros(parameters, np.float32)}
        number = onnx.TensorProto.FLOAT
        graph = onnx.helper.make_graph(
            [onnx.helper.make_node(kind, list(feed), ["y"], epsilon=EPS, **attributes)],
            kind,
            [onnx.helper.make_tensor_value_info(name, number, value.shape) for name, value in feed.items()],
            [onnx.helper.make_tensor_value_info("y", number, x.shape)],
        )
        opset = [onnx.helper.make_opsetid("", 21)]
        model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return {"onnx": lambda: session.run(None, feed)}

    runs = {"layer norm (sample)": operator("LayerNormalization", x.shape[1:], axis=1)}
    if channels_last:
        runs["layer norm (last axis)"] = operator("LayerNormalization", x.shape[-1:], axis=-1)
    else:
        runs["instance norm"] = operator("InstanceNormalization", (x.shape[1],))
        runs["group norm"] = operator("GroupNormalization", (x.shape[1],), num_groups=GROUPS)
    return runs


def scalers() -> dict[str, dict[str, Run]]:
    """Return fit and transform of each scaler on the breast cancer table, with scikit-learn's."""
    try:
        from sklearn import preprocessing
    except ModuleNotFoundError:  # the data come with scikit-learn too
        return {}
    x = normlib.data.load("breast cancer").x
    table: dict[str, dict[str, Run]] = {}
    for scaler in (normlib.MinMaxScaler(), normlib.StandardScaler(), normlib.RobustScaler(), normlib.MaxAbsScaler()):
        name, fitted = type(scaler).__name__, scaler.fit(x)
        fit, transform = {"ours": lambda s=scaler: s.fit(x)}, {"ours": lambda f=fitted: f.transform(x)}
        theirs = getattr(preprocessing, name)()
        fit["scikit-learn"] = lambda s=theirs: s.fit(x)
        transform["scikit-learn"] = lambda s=theirs: s.transform(x)
        table[f"{name} fit"], table[f"{name} transform"] = fit, transform
    return table


def show(title: str, table: dict[str, dict[str, Run]], repeats: int) -> None:
    """Time a table of runs and print it: our milliseconds, then our time over each peer's."""
    peers = list(dict.fromkeys(peer for runs in table.values() for peer in runs if not peer.startswith("ours")))
    affine = any("ours, affine" in runs for runs in table.values())
    print(f"\n{title}")
    print(f"{'':26}{'ours':>10}{'affine' if affine else '':>10}" + "".join(f"{'/ ' + p:>15}" for p in peers))
    for name, runs in table.items():
        found = medians(turns(runs, repeats))
        line = f"{name:26}{found['ours'] * 1e3:8.3f}ms"
        line += f"{found['ours, affine'] * 1e3:8.3f}ms" if affine else f"{'':10}"
        print(line + "".join(f"{found['ours'] / found[p]:15.2f}" if p in found else f"{'-':>15}" for p in peers))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="timed turns per peer (default 15)")
    repeats = parser.parse_args().repeats
    print(f"NumPy {np.__version__}; ratios are our time (without gamma and beta) over the peer's, medians")
    for shape in ((32, 16, 8, 8), (32, 64, 56, 56)):
        for channels_last in (False, True):
            layout = "N, H, W, C (channels last)" if channels_last else "N, C, H, W (channels first)"
            show(
                f"(N, C, H, W) = {shape}, float32, stored {layout}",
                layers(shape, channels_last=channels_last),
                repeats,
            )
    if table := scalers():
        show("scalers on (569, 30), float64", table, repeats)


if __name__ == "__main__":
    main()
