"""What the pages say, computed again by other means: plain NumPy, pandas-free, and scikit-learn."""

import re

import numpy as np
import pytest
from scipy import stats
from sklearn import preprocessing
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from tests.pages.opened import charts, control, open_page, open_tab, plain

WINE = load_wine()
CANCER = load_breast_cancer()
PROLINE = WINE.data[:, 12]
SCALERS = {
    "Min-max": preprocessing.MinMaxScaler,
    "Standardization": preprocessing.StandardScaler,
    "Robust": preprocessing.RobustScaler,
    "Max-abs": preprocessing.MaxAbsScaler,
}
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def written(text):
    """Return the numbers of a text in order, each with half a unit of its last digit; percentages as shares."""
    pattern = r"(−?\d[\d,]*(?:\.(\d+))?)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?( %)?"
    for mantissa, decimals, power, sign in re.findall(pattern, plain(text).replace("% vol", "")):
        unit = 10.0 ** int((power or "0").translate(POWERS)) / (100 if sign else 1)
        yield float(mantissa.replace(",", "").translate(POWERS)) * unit, 0.51 * 10.0 ** -len(decimals) * unit


def found(text):
    """Return the numbers of a text in order, percentages as shares."""
    return [value for value, _ in written(text)]


def says(text, *expected):
    """Assert that the text has every expected number, to the digits that it writes, and to three at least."""
    numbers = list(written(text))
    for value in expected:
        close = [
            one
            for one, half in numbers
            if abs(one - value) <= max(half, 0.0051 * abs(value) if one == round(one) else half)
        ]
        assert close, (value, numbers, text)


def moved(x, at, seen=slice(None)):
    """Return the feature with its value nearest to the mean set to `at` standard deviations above the mean."""
    z = x.copy()
    if at:
        z[np.argmin(np.abs(x - x.mean()))] = x.mean() + at * x.std()
    return z


@pytest.mark.parametrize("at", [0.0, 2.0, 4.0, 10.0])
@pytest.mark.parametrize(
    ("data", "feature", "x"), [("Wine", "proline", PROLINE), ("Breast cancer", "area error", CANCER.data[:, 13])]
)
def test_min_max_says_what_scikit_learn_computes(data, feature, x, at):
    app = open_page("min-max", mm_data=data, mm_feature=feature, mm_outlier=f"{at:g}")
    said = charts(app)[0]
    z = moved(x, at)
    scaled = preprocessing.MinMaxScaler().fit_transform(z[:, None])[:, 0]
    others = np.delete(scaled, np.argmin(np.abs(x - x.mean())))
    if at == 0:
        says(said["sentence"], x.min(), x.max(), 0, 1)
        return
    says(
        said["sentence"],
        z.max() if z.max() > x.max() else x.mean() + at * x.std(),
        others.min(),
        others.max(),
        x.size - 1,
    )
    taken = 1 - np.ptp(others)
    if taken > 0.01:
        says(said["title"], taken)


def test_min_max_counts_the_unseen_values_that_leave_the_range():
    app = open_page("min-max", mm_outlier="0", mm_fitted="Training rows")
    order = np.random.default_rng(0).permutation(PROLINE.size)
    seen, unseen = np.split(PROLINE[order], [round(0.7 * PROLINE.size)])
    outside = int(np.sum((unseen < seen.min()) | (unseen > seen.max())))
    numbers = found(charts(app)[0]["sentence"])
    assert [numbers[0], numbers[2]] == pytest.approx([seen.min(), seen.max()], rel=0.005)
    assert numbers[-2:] == [unseen.size, outside]


@pytest.mark.parametrize("at", [0.0, 2.0, 4.0, 10.0])
def test_standardization_says_what_numpy_computes(at):
    app = open_page("standardization", st_outlier=f"{at:g}")
    said = charts(app)[0]
    z = moved(PROLINE, at)
    if at == 0:
        says(said["sentence"], PROLINE.mean(), PROLINE.std(), stats.skew(PROLINE))
        return
    landed = (PROLINE.mean() + at * PROLINE.std() - z.mean()) / z.std()
    says(said["sentence"], PROLINE.mean(), z.mean(), PROLINE.std(), z.std(), landed, np.sqrt(177), 178)
    longer = z.std() / PROLINE.std() - 1
    if longer >= 0.005:
        says(said["title"], longer)


def test_standardization_compares_with_the_density_of_scipy():
    app = open_page("standardization", st_normal="true", st_outlier="0")
    figure = charts(app)[0]["figure"]
    curve = next(trace for trace in figure["data"] if trace["name"] == "normal curve")
    after = next(trace for trace in figure["data"] if trace["name"] == "after")
    width = np.diff(after["x"])[0]
    np.testing.assert_allclose(curve["y"], 177 * width * stats.norm.pdf(curve["x"]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("at", [2.0, 4.0, 10.0])
def test_side_by_side_says_what_is_left_of_the_spread(at):
    app = open_page("scalers", sc_outlier=f"{at:g}")
    said = charts(app)[0]
    z = moved(PROLINE, at)
    kept = {}
    for name, scaler in SCALERS.items():
        ends = [made.transform([[0.0], [1.0]]) for made in (scaler().fit(z[:, None]), scaler().fit(PROLINE[:, None]))]
        kept[name] = (ends[0][1, 0] - ends[0][0, 0]) / (ends[1][1, 0] - ends[1][0, 0])
        words = plain(said["sentence"])
        place = re.search(rf"([\d.]+) % under {name.lower()}", words)
        assert place, (name, words)
        assert abs(float(place[1]) / 100 - kept[name]) < 0.0051
    if min(kept.values()) < 0.99:
        says(said["title"], min(kept.values()), max(kept.values()))


@pytest.mark.parametrize("scaler", ["No scaling", *SCALERS])
def test_distances_says_who_owns_them(scaler):
    app = open_page("distances", di_scaler=scaler)
    said = charts(app)[0]
    # All pairs of wines, one feature after another: no formula for the variance involved.
    raw = np.array([np.square(x[:, None] - x).mean() for x in WINE.data.T])
    says(said["title"], raw.max() / raw.sum())
    if scaler != "No scaling":
        scaled = np.array([np.square(x[:, None] - x).mean() for x in SCALERS[scaler]().fit_transform(WINE.data).T])
        says(said["sentence"], scaled.max() / scaled.sum())
        assert WINE.feature_names[int(raw.argmax())] in said["sentence"]


def test_the_vote_is_that_of_scikit_learn():
    app = open_page("distances")
    votes = charts(app)[1]
    said = re.search(r"wine ([\d.]+) → ([\d.]+) %", plain(votes["sentence"]))
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=0)
    raw = cross_val_score(KNeighborsClassifier(5), WINE.data, WINE.target, cv=folds).mean()
    scaled = make_pipeline(preprocessing.StandardScaler(), KNeighborsClassifier(5))
    standardized = cross_val_score(scaled, WINE.data, WINE.target, cv=folds).mean()
    # Other folds and another way to break ties: within two points.
    assert abs(float(said[1]) / 100 - raw) < 0.02
    assert abs(float(said[2]) / 100 - standardized) < 0.02


@pytest.mark.parametrize("scaler", [name for name in SCALERS if name != "Standardization"] + ["No scaling"])
def test_gradient_descent_says_how_narrow_the_valley_is(scaler):
    app = open_page("gradient-descent", gd_scaler=scaler)
    said = charts(app)[0]
    x = WINE.data[:, [12, 10]]
    if scaler != "No scaling":
        x = SCALERS[scaler]().fit_transform(x)
    bends = np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2
    largest_rate = 2 / (2 * bends[0] / len(x))
    says(said["sentence"], bends[0] / bends[1], largest_rate, 0.9 * largest_rate)


def test_gradient_descent_walks_like_a_plain_loop():
    app = open_page("gradient-descent", gd_scaler="Standardization", gd_rate="0.5")
    x = preprocessing.StandardScaler().fit_transform(WINE.data[:, [12, 10]])
    y = (WINE.target == 0) - np.mean(WINE.target == 0)
    rate = 0.5 * 2 / (2 * np.linalg.eigvalsh(x.T @ x / len(x)).max())
    w, path = np.zeros(2), [np.zeros(2)]
    for _ in range(20):
        w = w - rate * 2 / len(x) * x.T @ (x @ w - y)
        path.append(w)
    drawn = next(trace for trace in charts(app)[0]["figure"]["data"] if trace["name"] == "path")
    np.testing.assert_allclose(np.stack([drawn["x"], drawn["y"]], axis=1)[:21], path, atol=2e-6)


@pytest.mark.parametrize("scaler", SCALERS)
def test_least_squares_predicts_like_scikit_learn(scaler):
    app = open_page("least-squares", ls_scaler=scaler)
    x, y = WINE.data[:, 1:], WINE.data[:, 0]
    expected = LinearRegression().fit(x, y).predict(x)
    points = max(charts(app)[0]["figure"]["data"], key=lambda trace: len(trace["x"]))
    np.testing.assert_allclose(points["x"], expected, rtol=1e-5)
    np.testing.assert_allclose(points["y"], expected, rtol=1e-5)
    says(charts(app)[0]["sentence"], np.ptp(expected), 178)
    largest_change = found(charts(app)[0]["sentence"])[-1]
    assert 0 <= largest_change < 1e-9
    ratio = LinearRegression().fit(SCALERS[scaler]().fit_transform(x), y).coef_ / LinearRegression().fit(x, y).coef_
    says(charts(app)[1]["sentence"], np.abs(ratio).max())


@pytest.mark.parametrize("slug", ["min-max", "standardization"])
def test_the_table_of_numbers_is_that_of_scipy(slug):
    app = open_page(slug)
    rows = [line.split(" | ") for line in plain(open_tab(app, "Numbers").markdown[0].value).split("\n")[2:]]
    shown = {row[0].strip("| "): [found(cell)[0] for cell in row[1:]] for row in rows}
    z = moved(PROLINE, 4.0)
    expected = {
        "mean": np.mean,
        "standard deviation": np.std,
        "minimum": np.min,
        "median": np.median,
        "maximum": np.max,
        "skewness": stats.skew,
        "excess kurtosis": stats.kurtosis,
    }
    assert shown.keys() == expected.keys()
    for name, compute in expected.items():
        np.testing.assert_allclose(shown[name][:2], [compute(PROLINE), compute(z)], rtol=0.0051, err_msg=name)


@pytest.mark.parametrize("slug", ["min-max", "standardization"])
def test_every_frame_says_what_its_own_position_gives(slug):
    app = open_page(slug)
    frames = charts(app)[0]["frames"]
    key = next(one.key for one in app.number_input)
    for at in (0, 3, 17, 50):
        control(app, key).set_value(frames["values"][at])
        app.run()
        assert charts(app)[0]["title"] == frames["titles"][at]
        assert charts(app)[0]["sentence"] == frames["sentences"][at]
