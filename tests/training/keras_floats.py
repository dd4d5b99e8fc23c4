"""Keras' default float type for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def default_floats(dtype: str) -> Iterator[None]:
    """Make `dtype` the float type of new layers, optimizers and losses.

    Keras keeps two defaults: `floatx`, and a policy for layers that is made of `floatx` when it is first needed and
    does not follow it afterwards. Setting the first alone works in a fresh process only.
    """
    floats, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(floats)
        keras.config.set_dtype_policy(policy)
