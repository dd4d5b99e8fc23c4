"""Runs of a known length, and waiting for them."""

import time

from normlib.training import Experiment

LONG = Experiment(data="wine", steps=20_000, seeds=8, points=50, learning_rate=0.001)
SHORT = Experiment(data="wine", steps=50, seeds=2, points=6)


def until(condition, seconds=60.0):
    """Wait until a condition holds and return how long it took; the limit is for what never comes, not for speed."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "It took too long."
        time.sleep(0.005)
    return time.monotonic() - started


def ended(jobs, key, seconds=120.0):
    until(lambda: jobs.status(key).ended, seconds)
    return jobs.status(key)


def begun(jobs, key):
    until(lambda: jobs.events(key).cursor > 0)


def long(seed):
    """A run of many seconds that is like no other."""
    return LONG.but(seeds=tuple(range(seed * 8, seed * 8 + 8)))
