"""All that was found in one table, ready to be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sudare.display import html_table
from sudare.language import Language, Text, preferred
from sudare.profiles import shown

if TYPE_CHECKING:
    from sudare.findings.finding import Finding
    from sudare.specs import Document

LEVELS = {
    "must": Text("必須", "must"),
    "should": Text("望ましい", "should"),
    "product": Text("sudare の決まり", "product"),
}


@dataclass(frozen=True)
class Found:
    """What detectors found in a table, by standard, and the draft of a spec where one was asked for.

    Findings name columns of the table; nothing in them is a value, and small counts are told as "<10".
    """

    rows: int
    findings: tuple[Finding, ...]
    draft: Document | None = field(default=None, repr=False)

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys `rows` and `findings`."""
        return {"rows": shown(self.rows), "findings": [one.to_dict(lang) for one in self.findings]}

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return what was found as lines of text, by standard."""
        lang = lang or preferred()
        said = []
        for standard in range(1, 6):
            mine = [one for one in self.findings if one.standard == standard]
            said.append(_STANDARD.fill(n=standard, count=len(mine)).pick(lang))
            for one in mine:
                columns = ("、" if lang == "ja" else ", ").join(one.columns)
                said.append(f"  [{LEVELS[one.level].pick(lang)}] {columns}: {one.message.pick(lang)}  ({one.id})")
        return said

    def _repr_html_(self) -> str:
        counts = {n: sum(one.standard == n for one in self.findings) for n in range(1, 6)}
        rows = [(_NTH.fill(n=n), Text(str(count), str(count))) for n, count in counts.items()]
        return html_table(Text("所見の数", "findings"), rows)


_STANDARD = Text("第{n}号: 所見 {count} 件", "standard {n}: {count} findings")
_NTH = Text("第{n}号", "standard {n}")
