"""What the figures in README come from; `python -m benchmarks --help` says how to measure.

To add a row, write a `Row` and its measurement in a module of `sections`, and a `Line` in `readme` if README is to show
it. A budget that is missed needs a cause, one sentence beside the row. Programs such as `benchmarks.drag` say more than
the table does.
"""
