"""What a detector found in a table: columns, the standard they fall under, evidence without a value, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sudare.language import Language, Text, preferred
from sudare.law import item_of, regime
from sudare.profiles import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.techniques.technique import Standard

# must: the guideline's しなければならない. should: its 望ましい. product: our own rule. (requirements G-01)
Level = Literal["must", "should", "product"]


@dataclass(frozen=True)
class Suggestion:
    """One step that would answer a finding: a technique with its parameters filled in, and when to choose it."""

    step: Mapping[str, Any]  # as it would stand in a spec, without `because` and `by`
    when: Text


@dataclass(frozen=True)
class Finding:
    """One thing to decide. Nothing in it is a value of the data; small counts are told as "<10"."""

    kind: str  # the detector's own name, such as person-name
    columns: tuple[str, ...]
    standard: Standard
    level: Level
    message: Text  # what was found and by what evidence: counts, shares, forms, header; never a value
    confidence: float  # 0 to 1, from content and header together
    count: int | None = None  # cells, records or people concerned, where that can be said
    share: float | None = None  # of the cells that are not missing
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def id(self) -> str:
        """The name under which a spec answers or dismisses it: the same on every file with these columns.

        >>> Finding("person-name", ("氏名",), 1, "must", Text("", ""), 1.0).id
        'person-name/氏名'
        """
        return f"{self.kind}/{'+'.join(self.columns)}"

    def to_dict(self, lang: Language | None = None, *, regime_id: str = "gov-current") -> dict[str, Any]:
        """Return the stable keys, the article in a regime's numbering.

        A small count is told as "<10", and the share that would tell it is left out.
        """
        lang = lang or preferred()
        count = None if self.count is None else shown(self.count)
        return {
            "id": self.id,
            "columns": list(self.columns),
            "kind": self.kind,
            "standard": self.standard,
            "level": self.level,
            "count": count,
            "share": None if self.share is None or isinstance(count, str) else round(self.share, 4),
            "confidence": round(self.confidence, 2),
            "message": self.message.pick(lang),
            "article": item_of(regime(regime_id), self.standard).pick(lang),
            "suggestions": [{**one.step, "when": one.when.pick(lang)} for one in self.suggestions],
        }
