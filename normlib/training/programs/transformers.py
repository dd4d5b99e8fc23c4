"""The lines that build a transformer: tokens, positions, blocks of attention and a small network, a mean."""

from __future__ import annotations

from typing import Final

from normlib.training.draws import weight_sd
from normlib.training.experiment import Experiment
from normlib.training.kernels import HEADS
from normlib.training.programs.models import helper, initializer, mixed, norm, norm_why, normed, output, short
from normlib.training.programs.sections import Section, comment, indented

_POSITIONS: Final = '''class Positions(keras.layers.Layer):
    """Adds a learned vector to each token: attention does not know their order."""

    def build(self, shape):
        start = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=shape[1:], initializer=start, name="table")

    def call(self, x):
        return x + self.table'''


def transformer(e: Experiment) -> Section:
    """Return the section that makes `model`."""
    width = e.width
    own, start = _start(e)
    block = [
        *([comment(_why(e))] if any(e.norms) else []),
        *_branch(
            e, "2 * block - 1", [], f"MultiHeadAttention({HEADS}, key_dim={width // HEADS}{_attention_start(e, own)})"
        ),
        *_branch(e, "2 * block", [f"Dense({2 * width}, activation={_activation(e)}{start})"], f"Dense({width}{start})"),
    ]
    functions = [_POSITIONS, *([own] if own else []), *([helper(e).strip("\n")] if helper(e) else [])]
    body = ["\n\n\n".join(functions), "\n"]
    body += ["inputs = keras.Input((8, 8))", f"h = Positions()(keras.layers.Dense({width}{start})(inputs))"]
    if mixed(e):
        body += [f"{normed(e)}  # 1 is the attention of block 1, 2 its network, 3 the attention of block 2"]
    body += [comment(norm_why(e))] if any(e.norms) and norm_why(e) else []
    body += [f"for block in range(1, {e.depth + 1}):" if mixed(e) else f"for _ in range({e.depth}):"]
    body += [indented("\n".join(block))]
    if e.norms[-1] and e.site == "before":
        body += [comment("Nothing has normalized the sum of all branches yet."), f"h = {norm(e)}(h)"]
    body += [comment("The mean over the 8 tokens."), "h = keras.layers.GlobalAveragePooling1D()(h)"]
    body += [*output(e, "h"), "model = keras.Model(inputs, outputs)"]
    many = "One block" if e.depth == 1 else f"{e.depth} blocks"
    return Section("Model", f"{many} of attention with {HEADS} heads and a network of two layers.", "\n".join(body))


def _branch(e: Experiment, number: str, first: list[str], last: str) -> list[str]:
    """Return the lines of one sublayer: `first` layers one after the other, then `last`, added to what came in."""
    lines, source = [], "h"
    if any(e.norms) and e.site == "before":
        lines.append(f"z = {norm(e)}(h)" + (f" if {number} in normed else h" if mixed(e) else ""))
        source = "z"
    for layer in first:
        lines.append(f"z = keras.layers.{layer}({source})")
        source = "z"
    branch = f"keras.layers.{last}({source if first else f'{source}, {source}'})"
    if not any(e.norms) or e.site == "before":
        return [*lines, f"h = h + {branch}"]
    if mixed(e):
        return [*lines, f"h = h + {branch}", f"if {number} in normed:", f"    h = {norm(e)}(h)"]
    return [*lines, f"h = {norm(e)}(h + {branch})"]


def _why(e: Experiment) -> str:
    if e.site == "before":
        return "Pre-LN: the norm stands inside the branch, and the sum passes from block to block untouched."
    return "Post-LN, as in the first transformer: the norm stands after the sum."


def _start(e: Experiment) -> tuple[str, str]:
    """Return the function that makes initial weights, empty for a rule that has a name, and the argument."""
    rule = initializer(e)
    if "(" not in rule:
        return "", rule
    made = rule.removeprefix(", kernel_initializer=")
    return f"def start():\n    return {made}", ", kernel_initializer=start()"


def _attention_start(e: Experiment, own: str) -> str:
    if not own:
        return ""
    if e.init == "normal":
        return ", kernel_initializer=start()"
    # Keras would count the heads among the inputs of a kernel (width, heads, key_dim).
    sd = short(e.scale * weight_sd(e.init, e.width, e.width), 4)
    return f", kernel_initializer=keras.initializers.RandomNormal(stddev={sd})"


def _activation(e: Experiment) -> str:
    return '"linear"' if e.activation == "identity" else f'"{e.activation}"'
