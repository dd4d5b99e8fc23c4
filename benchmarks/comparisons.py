"""Time what a learner waits for: python -m benchmarks.comparisons

A comparison of four methods with 8 seeds and 500 steps each, with everything recorded that is by default, asked of
the jobs, whose one worker has run before.
"""

from __future__ import annotations

import argparse
import statistics
import time

from benchmarks.whole_runs import MEMBERS, STEPS
from normlib.training import Comparison, Experiment
from normlib.training.jobs import DaskJobs

METHODS = ("none", "batch", "layer", "group")


def measure(repeats: int) -> tuple[list[float], list[float]]:
    """Return the seconds from asking the jobs for a comparison until its first point, and until its end."""
    jobs = DaskJobs(workers=1)
    taken = []
    try:
        for turn in range(repeats + 1):
            base = Experiment(seeds=tuple(range(MEMBERS * turn, MEMBERS * (turn + 1))), steps=STEPS)
            begin, first = time.perf_counter(), 0.0
            key = jobs.submit(Comparison(base=base, factor="method", values=METHODS), learner="benchmark")
            while not jobs.status(key).ended:
                if not first and jobs.events(key).cursor:
                    first = time.perf_counter() - begin
                time.sleep(0.005)
            jobs.result(key)
            taken.append((first, time.perf_counter() - begin))
    finally:
        jobs.close()
    firsts, ends = zip(*taken[1:], strict=True)  # the first turn starts the worker
    return list(firsts), list(ends)


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    firsts, ends = measure(parser.parse_args().repeats)
    print(f"Comparison of {len(METHODS)} methods, {MEMBERS} seeds and {STEPS} steps, through the jobs, medians")
    print(f"  first point {statistics.median(firsts):.2f} s, end {statistics.median(ends):.2f} s")


if __name__ == "__main__":
    main()
