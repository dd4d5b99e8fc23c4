"""An experiment as a small, complete Keras program that can be read, run and taken away.

`recipe` writes it as one keeps it, `exact` so that it repeats this laboratory's split, weights and batches, and
`notebook` turns either into a notebook. They write text and need no Keras; `engine` runs a recipe, in a worker.
Read `sections` (the form), `data` and `models` (the parts both share), then `recipes` and `exacts`.
"""

from normlib.training.programs.exacts import exact
from normlib.training.programs.notebooks import notebook
from normlib.training.programs.recipes import epochs, in_epochs, recipe
from normlib.training.programs.summaries import counted

__all__ = ["counted", "epochs", "exact", "in_epochs", "notebook", "recipe"]
