"""The Keras engine: the same experiments and events as the NumPy engine, computed by Keras' own layers.

It loads TensorFlow, so only a worker process or a test imports it: never the web process, and never
`normlib.training` itself. Read `models` (the network), `program` (what TensorFlow compiles) and `engine`.
"""

import os

# Before TensorFlow loads: its log on the console, the search for a graphics card, and what Keras runs on.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from normlib.training.keras_engine.engine import MADE_BY, NAME, train

__all__ = ["MADE_BY", "NAME", "train"]
