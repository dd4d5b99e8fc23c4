"""Programs as text: they are complete, short, say what the experiment says, and become valid notebooks."""

import ast
import json
import re

import pytest

from normlib.training import Experiment
from normlib.training.programs import epochs, exact, in_epochs, notebook, recipe
from normlib.training.programs.sections import split

CASES = [
    {},
    {"method": "batch"},
    {"method": "batch", "placement": "after", "keep": 0.9, "eps": 1e-5},
    {"method": "batch", "layers": "first", "gamma": False},
    {"method": "layer", "layers": "last", "optimizer": "momentum", "momentum": 0.5},
    {"method": "group", "groups": 4, "layers": [1, 3], "beta": False, "last_batch": "drop"},
    {"method": "instance", "init": "xavier", "scale": 3.0},
    {"method": "rms", "gamma": False, "init": "normal", "depth": 1},
    {"method": "rms", "data": "wine", "activation": "identity", "optimizer": "adam"},
    {"method": "layer", "data": "breast cancer", "inputs": "raw", "dtype": "float64"},
    {"method": "layer", "data": "spirals", "activation": "tanh"},
    {"method": "batch", "data": "moons", "batch_size": 50},
    {"data": "circles", "learning_rate": 1.0, "seeds": [4, 7]},
]
each = pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())) or "plain")


def programs(case):
    e = Experiment(**case)
    return recipe(e), recipe(in_epochs(e, 3)), exact(e, e.seeds[-1])


def calls(program, name):
    """Return the arguments by keyword of every call of a function whose last name is this."""
    found = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    own = [node for node in found if ast.unparse(node.func).split(".")[-1] == name]
    return [{one.arg: ast.unparse(one.value) for one in node.keywords} for node in own]


@each
def test_a_program_is_complete_and_of_a_size_to_be_read(case):
    for program in programs(case):
        ast.parse(program)
        assert "normlib" not in program
        assert max(map(len, program.splitlines())) <= 110
        assert not re.search(r"\b(None|nan|inf)\b", program)
        head, sections = split(program)
        assert head.startswith('"""')
        assert [one.title for one in sections].count("Model") == 1
        assert all(one.code for one in sections)
    short = recipe(Experiment(**case)).splitlines()
    assert 35 <= len(short) <= 75, len(short)


@each
def test_both_share_the_lines_that_build_the_model(case):
    built = []
    for program in programs(case):
        (model,) = [one for one in split(program)[1] if one.title == "Model"]
        built.append(model.code.removesuffix("\nmodel.summary()"))
    assert built[0] == built[1] == built[2]


@pytest.mark.parametrize(
    ("case", "layer", "given"),
    [
        ({"method": "batch", "keep": 0.9, "eps": 1e-5}, "BatchNormalization", {"momentum": "0.9", "epsilon": "1e-05"}),
        ({"method": "batch"}, "BatchNormalization", {"momentum": "0.99"}),
        ({"method": "batch"}, "Dense", {"use_bias": "False", "kernel_initializer": "'he_normal'"}),
        ({"method": "layer", "gamma": False}, "LayerNormalization", {"scale": "False"}),
        ({"method": "layer", "beta": False}, "LayerNormalization", {"center": "False"}),
        ({"method": "group", "groups": 4}, "GroupNormalization", {"groups": "4"}),
        ({"method": "instance"}, "GroupNormalization", {"groups": "-1"}),
        ({"method": "rms", "eps": 1e-3}, "RMSNormalization", {"epsilon": "0.001"}),
        ({"init": "xavier"}, "Dense", {"kernel_initializer": "'glorot_normal'"}),
        ({"init": "normal", "scale": 3.0}, "RandomNormal", {"stddev": "0.3"}),
        ({"optimizer": "sgd", "learning_rate": 1.0}, "SGD", {"learning_rate": "1.0"}),
        ({"optimizer": "momentum", "momentum": 0.5}, "SGD", {"learning_rate": "0.1", "momentum": "0.5"}),
        ({"optimizer": "adam", "learning_rate": 0.003}, "Adam", {"learning_rate": "0.003"}),
    ],
)
def test_a_setting_becomes_the_argument_that_keras_has_for_it(case, layer, given):
    assert given in calls(recipe(Experiment(**case)), layer)


def test_layers_without_a_norm_are_built_without_one():
    assert "if layer in normed" in recipe(Experiment(method="layer", layers="first"))
    assert "normed = {4}" in recipe(Experiment(method="layer", layers="last"))
    assert "normed" not in recipe(Experiment(method="layer"))
    assert "use_bias=layer not in normed" in recipe(Experiment(method="batch", layers=[2, 3]))
    after = recipe(Experiment(method="batch", placement="after"))
    assert "use_bias" not in after
    assert after.index("Activation(") < after.index("BatchNormalization(")


def test_the_scaler_of_a_table_is_fitted_on_training_rows():
    for program in (recipe(Experiment(data="wine")), exact(Experiment(data="wine"), 0)):
        assert re.search(r"StandardScaler\(\)\.fit\(x(_train|\[train\])\)", program)
        assert "StandardScaler" not in program.replace(program, recipe(Experiment(data="wine", inputs="raw")))


def test_steps_become_whole_epochs():
    assert epochs(Experiment(steps=500)) == round(500 / 40)
    e = in_epochs(Experiment(steps=77, seeds=[3, 5]), 12)
    assert (e.steps, e.recorded, e.seeds) == (480, tuple(range(0, 481, 40)), (3,))
    assert "epochs=12" in recipe(e)


def test_an_exact_program_is_of_one_of_the_seeds():
    with pytest.raises(ValueError, match="no seed 9: choose one of 0, 1"):
        exact(Experiment(seeds=2), 9)
    first, second = (exact(Experiment(seeds=2), seed) for seed in (0, 1))
    assert first != second
    e = Experiment(steps=200, points=200)
    recorded = re.search(r"recorded = \(\n(.*?)\n\)", exact(e, 0), re.DOTALL)
    assert ast.literal_eval(f"({recorded.group(1)})") == e.recorded


CELL_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


@each
def test_a_notebook_is_what_nbformat_asks_for(case):
    """Required and allowed keys of nbformat 4.5, as its JSON schema lists them."""
    for program in programs(case):
        made = json.loads(notebook(program))
        assert made.keys() == {"cells", "metadata", "nbformat", "nbformat_minor"}
        assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
        assert isinstance(made["metadata"]["kernelspec"]["name"], str)
        assert isinstance(made["metadata"]["kernelspec"]["display_name"], str)
        assert isinstance(made["metadata"]["language_info"]["name"], str)
        for cell in made["cells"]:
            shared = {"id", "cell_type", "metadata", "source"}
            assert cell["metadata"] == {}
            assert CELL_ID.match(cell["id"])
            assert cell["source"]
            assert all(isinstance(line, str) for line in cell["source"])
            assert all(line.endswith("\n") for line in cell["source"][:-1])
            assert not cell["source"][-1].endswith("\n")
            if cell["cell_type"] == "code":
                assert cell.keys() == shared | {"execution_count", "outputs"}
                assert cell["execution_count"] is None
                assert cell["outputs"] == []
            else:
                assert cell["cell_type"] == "markdown"
                assert cell.keys() == shared
        identities = [cell["id"] for cell in made["cells"]]
        assert len(set(identities)) == len(identities)


@each
def test_a_notebook_holds_the_whole_program(case):
    for program in programs(case):
        cells = json.loads(notebook(program))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        tree = ast.parse(program)
        assert ast.dump(ast.parse(code)) == ast.dump(ast.Module(tree.body[1:], type_ignores=[]))
        titles = ["".join(cell["source"]).splitlines()[0] for cell in cells if cell["cell_type"] == "markdown"]
        assert titles[1:] == [f"## {one.title}" for one in split(program)[1]]
