"""A comparison: one experiment, one setting that varies, and everything else shared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, model_validator

from normlib.training import cost, link
from normlib.training.experiment import SCHEMA, Experiment
from normlib.training.limits import SettingError, problems, unknown

MOST_ARMS: Final = 12
MOST_SECONDS: Final = 3 * cost.MOST_SECONDS
_BETWEEN = "~"

# What a setting changes besides itself; all others leave data, split, batches and weights alone.
_SPLIT = frozenset({"data", "test_share", "seeds"})
_BATCHES = _SPLIT | {"batch_size", "last_batch"}
_DRAWS = frozenset({"data", "depth", "width", "seeds", "kind"})


def _factor(value: Any) -> Any:
    name = link.long_name(value) if isinstance(value, str) else None
    if name is None:
        raise SettingError(unknown(str(value), Experiment.model_fields))
    return name


def _values(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, list | tuple) or not 2 <= len(value) <= MOST_ARMS:
        shown = f"{len(value)} values" if isinstance(value, list | tuple) else repr(value)
        raise SettingError(f"values has {shown}: a comparison takes a list of 2 to {MOST_ARMS}.")
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)


class Comparison(BaseModel):
    """Experiments that differ in one setting.

    For each seed, every arm has the same split, the same batch order and the same standard normal draws behind
    its initial weights, unless the setting itself is about them (`shared` says which). Arms with equal settings
    are bit-equal.

    Attributes:
        base: all other settings.
        factor: name of the setting that varies.
        values: its values, 2 to 12.

    Raises: pydantic.ValidationError, with the arm that cannot run.

    >>> compared = Comparison(base=Experiment(seeds=2), factor="method", values=["none", "batch", "none"])
    >>> [arm.method for arm in compared.arms], compared.equal
    (['none', 'batch', 'none'], ((0, 2),))
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Experiment = Experiment()
    factor: Annotated[str, BeforeValidator(_factor)]
    values: Annotated[tuple[Any, ...], BeforeValidator(_values)]

    @model_validator(mode="after")
    def _runs(self) -> Comparison:
        total = 0.0
        for value in self.values:
            try:
                total += cost.seconds(self.base.but(**{self.factor: value}))
            except ValidationError as error:
                raise SettingError(problems(error)[0].message, "values") from None
        if total > MOST_SECONDS:
            raise SettingError(
                f"The {len(self.values)} arms would take about {total:.0f} s together, and {MOST_SECONDS} s are "
                f"allowed: use about {int(self.base.steps * MOST_SECONDS / total)} steps, fewer seeds or fewer values.",
                "values",
            )
        return self

    @property
    def arms(self) -> tuple[Experiment, ...]:
        """The experiments, in the order of `values`."""
        return tuple(self.base.but(**{self.factor: value}) for value in self.values)

    @property
    def labels(self) -> tuple[str, ...]:
        """The value of each arm as text.

        >>> Comparison(factor="learning_rate", values=[0.1, 1]).labels
        ('0.1', '1')
        """
        return tuple(link.written(self.factor, getattr(arm, self.factor)) for arm in self.arms)

    @property
    def shared(self) -> dict[str, bool]:
        """Whether all arms have the same "split", "batches" and "draws" (the numbers behind the weights).

        >>> Comparison(factor="batch_size", values=[8, 32]).shared
        {'split': True, 'batches': False, 'draws': True}
        """
        changed = {"split": _SPLIT, "batches": _BATCHES, "draws": _DRAWS}
        return {what: self.factor not in settings for what, settings in changed.items()}

    @property
    def equal(self) -> tuple[tuple[int, ...], ...]:
        """Arms whose settings have the same effect, so that their records are bit-equal, in groups."""
        by_key: dict[str, list[int]] = {}
        for place, arm in enumerate(self.arms):
            by_key.setdefault(arm.key, []).append(place)
        return tuple(tuple(places) for places in by_key.values() if len(places) > 1)

    @property
    def differs(self) -> str:
        """What differs and what is shared, in a sentence.

        >>> Comparison(factor="scale", values=[0.1, 1]).differs
        'Only scale differs (0.1, 1). Every arm has the same split, batches and draws of the initial weights.'
        """
        names = {"split": "split", "batches": "batches", "draws": "draws of the initial weights"}
        same = [names[what] for what, is_shared in self.shared.items() if is_shared]
        listed = " and ".join([", ".join(same[:-1]), same[-1]]) if len(same) > 1 else "".join(same)
        tail = f"Every arm has the same {listed}." if same else "Split, batches and weights differ with it."
        return f"Only {self.factor} differs ({', '.join(self.labels)}). {tail}"

    @property
    def key(self) -> str:
        """A name made of what the records depend on."""
        text = json.dumps([SCHEMA, self.factor, *(arm.key for arm in self.arms)])
        return hashlib.sha256(text.encode()).hexdigest()

    def to_query(self) -> dict[str, str]:
        """Return the comparison as a query: the base, `vary` and `values`.

        >>> Comparison(base=Experiment(method="batch"), factor="learning_rate", values=[0.1, 1]).to_query()
        {'method': 'batch', 'vary': 'lr', 'values': '0.1~1'}
        """
        return {
            **link.to_query(self.base),
            "vary": link.SHORT.get(self.factor, self.factor),
            "values": _BETWEEN.join(self.labels),
        }


def from_query(query: Mapping[str, str], default: Comparison) -> tuple[Comparison, tuple[str, ...]]:
    """Return the comparison of a query, and what could not be used, in sentences.

    Args:
        query: as `Comparison.to_query` makes it.
        default: whose factor and values are used where those of the query cannot be.
    """
    rest = {key: text for key, text in query.items() if key not in {"vary", "values"}}
    base, messages = link.from_query(rest)
    factor: str = query.get("vary", default.factor)
    values: tuple[Any, ...] = default.values
    if "values" in query:
        name = link.long_name(factor) or factor
        values = tuple(link.read(name, text) for text in query["values"].split(_BETWEEN))
    elif "vary" in query and link.long_name(factor) != default.factor:
        messages = (*messages, f"vary={factor!r} comes without values, such as values=1{_BETWEEN}2.")
        factor = default.factor
    attempts = ((base, factor, values), (base, default.factor, default.values))
    for own, which, several in attempts:
        try:
            return Comparison(base=own, factor=which, values=several), messages
        except ValidationError as error:
            said = " ".join(problem.message for problem in problems(error, Experiment.model_fields))
            messages = (*messages, f"{said} The comparison of this page is used instead.")
    return default, messages
