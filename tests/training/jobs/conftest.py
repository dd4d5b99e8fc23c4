"""Both backends."""

import pytest

from normlib.training.jobs import DaskJobs, InlineJobs, Store


@pytest.fixture(scope="module")
def dask():
    """Workers of our own, shared by the tests of a file; what they keep, they keep in memory."""
    jobs = DaskJobs()
    yield jobs
    jobs.close()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def inline(store):
    jobs = InlineJobs(store)
    yield jobs
    jobs.close()


@pytest.fixture(params=["inline", "dask"])
def jobs(request):
    """Either backend."""
    if request.param == "dask":
        yield request.getfixturevalue("dask")
        return
    made = InlineJobs()
    yield made
    made.close()
