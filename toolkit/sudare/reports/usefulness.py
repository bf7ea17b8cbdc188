"""How useful a processed table still is, as a person and a program read it: few figures first, counts of few hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sudare.display import html_grid
from sudare.execution.usefulness import share_of
from sudare.language import NOTHING, Language, Text, preferred
from sudare.measures.utility.suppression import suppression_share
from sudare.measures.utility.table_utility import TableUtility
from sudare.profiles import shown
from sudare.profiles.telling import one_line

if TYPE_CHECKING:
    from sudare.measures.utility.column_utility import ColumnUtility
    from sudare.measures.utility.sides import Read
    from sudare.measures.utility.table_utility import ClassChange

READ_AS: Final[dict[Read, Text]] = {
    "numbers": Text("数", "numbers"),
    "intervals": Text("区間", "intervals"),
    "groups": Text("まとめた区分", "groups"),
    "categories": Text("区分", "categories"),
}
_REMOVED: Final = Text("出力にない", "removed")
_ADDED: Final = Text("加わった列", "added")
_ROWS: Final = Text("{before} 行 → {after} 行", "{before} rows → {after} rows")
_HEADS: Final = (
    Text("列", "column"),
    Text("比べ方", "compared as"),
    Text("変わったセル", "cells changed"),
    Text("隠したセル", "cells hidden"),
    Text("分布の差", "distance"),
)
_NO_ID: Final = Text(
    "ID を指定していないので、行どうしは比べていません（IL1s などは出ません）。",
    "No ID was named, so rows were not compared with one another (there is no IL1s).",
)
_WORST: Final = Text(
    "クロス集計が最も変わった組: 「{a}」と「{b}」 {value}",
    "The pair whose cross-tabulation changed most: '{a}' and '{b}' {value}",
)
_CORRELATION: Final = Text("相関の差の最大: {value}", "Largest difference of correlations: {value}")
_TASK: Final = Text(
    "「{name}」を予測する成績: 元の表から {before}、加工後の表から {after}、当て推量 {guess}",
    "Score of predicting '{name}': from the original {before}, from the output {after}, by guessing {guess}",
)


@dataclass(frozen=True)
class Utility(TableUtility):
    """How useful a processed table still is beside the original: what `sudare utility` tells.

    It holds the names of columns, since it is asked of files by name, and no value.
    """

    @classmethod
    def of(cls, found: TableUtility) -> Utility:
        """Return what was found so that it can be shown."""
        return cls(**vars(found))

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys; counts of few are "<10", a share of few is null, columns that went are told so."""
        by_name: dict[str, dict[str, Any]] = {one.name: _column(one) for one in self.columns}
        by_name |= {name: {"read": "removed"} for name in self.removed}
        by_name |= {name: {"read": "added"} for name in self.added}
        change = self.correlation
        return {
            "il1s": self.il1s,
            "sse_over_sst": self.sse_over_sst,
            "columns": by_name,
            "rows": self._rows(),
            "il1": self.il1,
            "loss": self.loss,
            "suppressed": None if self.suppressed is None else share_of(self.cells_gone, self.suppressed),
            "correlation": None if change is None else {"largest": change.largest, "mean": change.mean},
            "eigenvalues": self.eigenvalues,
            "pairs": [{"columns": [a, b], "total_variation": value} for a, b, value in self.pairs],
            "classes": None if self.classes is None else _classes(self.classes),
            "task": None if self.task is None else dict(vars(self.task)),
            "problems": [problem.to_dict(lang) for problem in self.problems],
        }

    def _rows(self) -> dict[str, int | str | None]:
        before, after = self.rows
        counts = {"before": before, "after": after, "matched": None, "removed": None, "added": None}
        if self.matched is not None:
            counts |= {"matched": self.matched, "removed": before - self.matched, "added": after - self.matched}
        return {key: None if count is None else shown(count) for key, count in counts.items()}

    def title(self) -> Text:
        """Return the few figures that say most."""
        parts = [_ROWS.fill(before=f"{self.rows[0]:,}", after=f"{self.rows[1]:,}")]
        parts += [Text(f"IL1s {self.il1s:,.6g}", f"IL1s {self.il1s:,.6g}")] if self.il1s is not None else []
        ratio = self.sse_over_sst
        parts += [Text(f"SSE/SST {ratio:.4f}", f"SSE/SST {ratio:.4f}")] if ratio is not None else []
        return parts[0].join(*parts[1:], by="  ")

    def grid(self, lang: Language) -> tuple[list[str], list[list[str]]]:
        """Return the columns as a table of short texts: its heads, and a row for each column."""
        rows = [_row(one, lang) for one in self.columns]
        rows += [[one_line(name), _REMOVED.pick(lang), "", "", ""] for name in self.removed]
        rows += [[one_line(name), _ADDED.pick(lang), "", "", ""] for name in self.added]
        return [head.pick(lang) for head in _HEADS], rows

    def remarks(self, lang: Language) -> list[str]:
        """Return what stands below the table."""
        said = [] if self.matched is not None else [_NO_ID]
        if self.pairs and self.pairs[0][2]:
            a, b, value = self.pairs[0]
            said.append(_WORST.fill(a=one_line(a), b=one_line(b), value=f"{value:.3f}"))
        if self.correlation is not None:
            said.append(_CORRELATION.fill(value=f"{self.correlation.largest:.3f}"))
        if self.task is not None:
            numbers = {key: f"{getattr(self.task, key):.3f}" for key in ("before", "after", "guess")}
            said.append(_TASK.fill(name=one_line(self.task.target), **numbers))
        return [*(text.pick(lang) for text in said), *(problem.line(lang) for problem in self.problems)]

    def _repr_html_(self) -> str:
        lang = preferred()
        table = html_grid(self.title(), *self.grid(lang), lang)
        below = self.remarks(lang)
        return table + (html_grid(NOTHING, (), ([line] for line in below), lang) if below else "")


def _column(one: ColumnUtility) -> dict[str, Any]:
    rows = one.by_row
    told = {
        "read": one.read,
        "missing": {"before": shown(one.missing[0]), "after": shown(one.missing[1])},
        "hidden": shown(one.hidden),
        "suppressed": share_of(one.hidden, suppression_share(one.hidden, one.rows_after)),
        "total_variation": one.total_variation,
        "ks": one.largest_gap,
        "wasserstein": one.wasserstein,
    }
    by_row = ("changed", "il1s", "il1", "sse_over_sst", "granularity", "entropy_lost")
    if rows is None:
        return told | dict.fromkeys(by_row)
    return told | {
        "changed": share_of(rows.changed, rows.changed / rows.cells if rows.cells else None),
        "il1s": rows.il1s,
        "il1": rows.il1,
        "sse_over_sst": None if rows.error is None else rows.error.ratio,
        "granularity": rows.granularity,
        "entropy_lost": rows.entropy_lost,
    }


def _classes(change: ClassChange) -> dict[str, Any]:
    return {
        "average_class_size": dict(zip(("before", "after"), change.average, strict=True)),
        "average_class_size_kept": change.average_kept,
        "discernibility": dict(zip(("before", "after"), change.discernibility, strict=True)),
        "discernibility_kept": change.discernibility_kept,
    }


def _row(one: ColumnUtility, lang: Language) -> list[str]:
    """Return one column as a row of short texts; what few cells share is told as such."""
    by_row, distance = one.by_row, one.total_variation
    changed = "" if by_row is None or not by_row.cells else _percent(by_row.changed, by_row.cells)
    hidden = _percent(one.hidden, one.rows_after) if one.rows_after else ""
    figure = "" if distance is None else f"{distance:.3f}"
    return [one_line(one.name), READ_AS[one.read].pick(lang), changed, hidden, figure]


def _percent(count: int, whole: int) -> str:
    told = shown(count)
    return told if isinstance(told, str) else f"{count / whole:.1%}"
