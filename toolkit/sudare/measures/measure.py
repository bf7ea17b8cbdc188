"""What a measure is: one number about a table's safety, with a limit. One measure is one file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, get_args

from sudare.language import Text
from sudare.models import Model, Words, field

if TYPE_CHECKING:
    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation


@dataclass(frozen=True)
class Scope:
    """The table that is measured. Counts are of people where the spec names a person, else of records."""

    engine: Engine
    relation: Relation
    people: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a measure found: its value (null where it has none, as on an empty table) and whether the limit holds."""

    ok: bool
    value: int | float | None


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

    @abstractmethod
    def limit(self) -> Text:
        """Say the limit in words."""

    @abstractmethod
    def evaluate(self, scope: Scope) -> Verdict:
        """Measure a table."""
