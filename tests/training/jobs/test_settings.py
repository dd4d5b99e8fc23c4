"""Settings from the environment."""

from pathlib import Path

import pytest

from normlib.training.jobs import JobSettings

HOME = {"HOME": "/home/ada"}


def test_without_settings_workers_are_our_own_and_results_in_the_cache_of_the_user():
    settings = JobSettings.from_environment(HOME)
    assert settings.scheduler is None
    assert settings.workers == 1
    assert settings.data.name == "normlab"
    assert Path("/home/ada") in settings.data.parents


def test_a_folder_and_a_scheduler_can_be_given():
    given = {**HOME, "NORMLAB_DATA": "/srv/runs", "NORMLAB_SCHEDULER": "tls://dask:8786", "NORMLAB_WORKERS": "3"}
    assert JobSettings.from_environment(given) == JobSettings("tls://dask:8786", Path("/srv/runs"), 3)


@pytest.mark.parametrize("value", ["dask", "dask:port", "dask:0", "http://dask:8786", ":8786", "dask:99999"])
def test_an_address_that_cannot_be_meant_is_refused(value):
    with pytest.raises(SystemExit, match=f"NORMLAB_SCHEDULER='{value}'.*tcp://host:8786"):
        JobSettings.from_environment({**HOME, "NORMLAB_SCHEDULER": value})


@pytest.mark.parametrize("value", ["0", "many", "-1", "1000"])
def test_a_number_of_workers_that_cannot_be_meant_is_refused(value):
    with pytest.raises(SystemExit, match="from 1 to 64"):
        JobSettings.from_environment({**HOME, "NORMLAB_WORKERS": value})
