"""Settings that all tests share."""

from hypothesis import settings

# The same examples on every machine and every run: a test that fails today fails tomorrow.
settings.register_profile("normlab", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("normlab")

# Looking for examples in them would import them: with TensorFlow in the process page tests take thrice as long.
collect_ignore_glob = ["training/*_peer.py", "training/keras_floats.py"]
