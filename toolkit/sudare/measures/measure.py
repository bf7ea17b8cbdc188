"""What a measure is: one number about a table's safety, with a limit. One measure is one file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from dataclasses import field as kept
from typing import TYPE_CHECKING, ClassVar, get_args

from sudare.language import Text
from sudare.models import Model, Words, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.errors import Problem
    from sudare.tables.schema import Input, Schema


@dataclass(frozen=True)
class Scope:
    """The table that is measured. Counts are of people where the spec names a person, else of records.

    `where` is the measure's place in the spec. Of the files beside the spec that a measure names, `hierarchies` holds
    the rows of those in `Measure.files` and `tables` those in `Measure.tables`, by name.
    """

    engine: Engine
    relation: Relation
    people: bool = False
    where: str = "checks"
    hierarchies: Mapping[str, Sequence[tuple[str, ...]]] = kept(default_factory=dict)
    tables: Mapping[str, Relation] = kept(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What a measure found: whether the limit holds, and its value (null where it has none, as on an empty table).

    The value goes into receipts, so that it tells no small count: a text such as "<10" stands for one. `said` tells
    it in words where a number alone does not say what it is.
    """

    ok: bool
    value: int | float | str | None
    said: Text | None = None


class Measure(Model, ABC):
    """A measure over some columns with the limit it must keep."""

    label: ClassVar[Text]
    about: ClassVar[Text]
    source: ClassVar[str]

    measure: str
    columns: tuple[Words, ...] = field(Text("列", "columns"), role="columns", min_length=1)

    @classmethod
    def id(cls) -> str:
        """The name of the measure in a spec."""
        return str(get_args(cls.model_fields["measure"].annotation)[0])

    def reads(self) -> tuple[str, ...]:
        """Return every column the measure looks at; all of them must be in the output."""
        return self.columns

    def files(self) -> tuple[str, ...]:
        """Name the hierarchies beside the spec that the measure goes by."""
        return ()

    def tables(self) -> Mapping[str, Input]:
        """Return how each table beside the spec that the measure goes by is written, by the name of its file."""
        return {}

    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say what of the output's columns, which exist, does not fit the measure. Usually nothing."""
        del schema, where
        yield from ()

    @abstractmethod
    def limit(self) -> Text:
        """Say the limit in words."""

    @abstractmethod
    def evaluate(self, scope: Scope) -> Verdict:
        """Measure a table. Raises `Refused` where the measure says nothing about this one, without any of its values."""
