"""The bundled data sets, against scikit-learn's own loaders."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets

from normlib import data


@pytest.mark.parametrize(
    ("name", "loader"),
    [("wine", datasets.load_wine), ("breast cancer", datasets.load_breast_cancer), ("digits", datasets.load_digits)],
)
def test_same_numbers_as_scikit_learn(name, loader):
    ours, theirs = data.load(name), loader()
    np.testing.assert_array_equal(ours.x, theirs.data)
    np.testing.assert_array_equal(ours.y, theirs.target)
    assert ours.x.dtype == np.float64
    assert len(ours.classes) == len(theirs.target_names)


def test_features_stand_in_scikit_learns_order():
    wine = [f.replace("_", " ").lower() for f in datasets.load_wine().feature_names]
    assert [f.lower() for f in data.load("wine").features] == wine
    assert list(data.load("breast cancer").features) == list(datasets.load_breast_cancer().feature_names)
    pixels = [f.replace("pixel_", "pixel ").replace("_", ",") for f in datasets.load_digits().feature_names]
    assert list(data.load("digits").features) == pixels


def test_photographs_are_scikit_learns():
    photographs = data.load("photographs")
    np.testing.assert_array_equal(photographs.x, np.stack(datasets.load_sample_images().images))
    assert photographs.x.shape == (2, 427, 640, 3)


@pytest.mark.parametrize("name", data.names())
def test_a_data_set_is_described_cached_and_read_only(name):
    dataset = data.load(name)
    assert data.load(name) is dataset
    assert len(dataset.features) == len(dataset.units) == dataset.x.shape[-1]
    assert len(dataset.y) == len(dataset.x)
    assert set(dataset.y) == set(range(len(dataset.classes)))
    assert dataset.title
    assert dataset.source
    with pytest.raises(ValueError, match="read-only"):
        dataset.x[0] = 0


def test_units():
    wine = data.load("wine")
    assert dict(zip(wine.features, wine.units, strict=True))["proline"] == "mg/L"
    assert dict(zip(wine.features, wine.units, strict=True))["hue"] == ""
    assert data.load("digits").x.max() == 16
    assert set(data.load("digits").units) == {"intensity 0-16"}


def test_an_unknown_name_lists_the_names():
    with pytest.raises(ValueError, match="no data set 'iris': choose one of wine, breast cancer, digits"):
        data.load("iris")


def test_importing_normlib_and_loading_tables_brings_numpy_alone():
    code = (
        "import sys, normlib; normlib.data.load('wine'); normlib.data.load('digits');"
        "print([m for m in ('sklearn', 'scipy', 'PIL', 'pandas', 'plotly', 'streamlit', 'tensorflow')"
        " if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
