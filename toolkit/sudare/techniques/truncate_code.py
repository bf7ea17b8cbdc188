"""一般化（コードの切り詰め）: keep the first characters of a code, such as three digits of a postal code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem, Refused
from sudare.japan.widths import plain
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.techniques.technique import HIDDEN, Example, Technique, cells, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.techniques.technique import Context, Row

Outcome: TypeAlias = Literal["cut", "shorter"]
FOUND = pa.schema([("code", pa.string()), ("outcome", pa.string())])
POSTAL = re.compile(r"〒?([0-9]{3})[-‐‑‒–—―−ー]?([0-9]{4})")
POSTAL_DIGITS = 7  # since 1998: three of the delivery area, four of the town or street block


class TruncateCode(Technique):
    """Keep the first characters of a code, such as three digits of a postal code (2017-03, table 1, p. 16)."""

    law = "table1/generalization"
    label = Text("一般化（コードの切り詰め）", "truncate code")
    about = Text(
        "郵便番号や分類コードのように、前ほど大きな区分を表すコードの先頭だけを残します。残りの区分は失われます。"
        "数える前に全角の英数字を半角にし、空白を除きます。郵便番号（form: postal）は〒とハイフンも除き、"
        "七桁でなければ推測しません。欠測は欠測のままです。",
        "Keeps the beginning of codes whose first characters stand for the larger area or class; the finer classes are "
        "lost. Full-width letters and digits become half-width and white space goes before characters are counted. A "
        "postal code also loses 〒 and hyphen; one without seven digits is never guessed at. Missing stays missing.",
    )
    promise = Text(
        "どの値も、残すと決めた文字数までの先頭（と埋め字）だけです。",
        "Every value is the beginning of its code, no longer than chosen, with the fill behind it if there is one.",
    )
    example = Example(
        types={"郵便番号": "text", "分類": "text"},
        before=[
            ("790-8571", "A01"),
            ("〒７９０－０００１", "A02"),
            ("0600000", "B11"),
            ("600000", "A01"),  # a program has eaten the leading zero
            (None, "B11"),
        ],
        step={
            "technique": "truncate-code",
            "columns": ["郵便番号"],
            "form": "postal",
            "keep": 3,
            "fill": "-****",
            "shorter": "suppress",
            "standards": [1],
            "because": "配達局の区域まで",
        },
        after_names=["郵便番号", "分類"],
        after=[("790-****", "A01"), ("790-****", "A02"), ("060-****", "B11"), ("*", "A01"), (None, "B11")],
    )
    accepts = frozenset({"text"})

    technique: Literal["truncate-code"] = field(Text("手法", "technique"))
    keep: int = field(
        Text("残す文字数", "keep"),
        Text("先頭から何文字残すか。ハイフンは郵便番号でだけ除いて数えます。", "Characters from the start."),
        ge=1,
        le=64,
    )
    fill: Words | None = field(
        Text("埋め字", "fill"),
        Text("切った先に置く文字。例: ****", "What stands for the rest, such as ****."),
        default=None,
    )
    form: Literal["plain", "postal"] = field(
        Text("書式", "form"),
        Text(
            "plain 書かれたまま、postal 七桁の郵便番号（〒とハイフンを除く）。",
            "plain: as written; postal: a Japanese postal code of seven digits, without 〒 and hyphen.",
        ),
        default="plain",
    )
    shorter: Literal["stop", "keep", "suppress"] = field(
        Text("短いコード", "shorter"),
        Text(
            "残す文字数に足りないコード（postal では七桁でない値）のとき: stop 止まる、keep そのまま残す、suppress 隠す。",
            "A code with fewer characters than are kept (of `postal`: without seven digits): stop, keep as it is, or "
            "suppress.",
        ),
        default="stop",
    )

    @model_validator(mode="after")
    def _a_postal_code_has_seven_digits(self) -> Self:
        if self.form == "postal" and (self.keep >= POSTAL_DIGITS or self.shorter == "keep"):
            raise fault(
                "bad-postal",
                Text(
                    "郵便番号は七桁です。keep は 6 まで、shorter は stop か suppress です。",
                    "a postal code has seven digits: `keep` is at most 6, and `shorter` is `stop` or `suppress`.",
                ),
            )
        return self

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Cut each different code once and join the results back."""
        columns = relation.named(self.columns)
        lookups = {column: context.engine.lookup(relation, [column.value], self._cut, FOUND) for column in columns}
        if self.shorter == "stop":
            self._refuse_shorter(relation, context, lookups)
        made = {}
        for column, found in lookups.items():
            hidden = sql.all_of([sql.is_there(column.value), sql.is_missing(found.value("code"))])
            made[column.name] = Cell(found.value("code"), "text", hidden if self.shorter == "suppress" else None)
        return Change(cells=made, lookups=tuple(lookups.values()))

    def _cut(self, rows: Iterable[tuple[Any, ...]]) -> list[tuple[str | None, Outcome]]:
        return [self._one(code) for (code,) in rows]

    def _one(self, text: str) -> tuple[str | None, Outcome]:
        code = plain(text)
        if self.form == "postal":
            match = POSTAL.fullmatch(code)
            code = "".join(match.groups()) if match else ""
        if len(code) < self.keep:
            return (code if self.shorter == "keep" else None), "shorter"
        return code[: self.keep] + (self.fill or ""), "cut"

    def _refuse_shorter(self, relation: Relation, context: Context, lookups: dict[Field, Lookup]) -> None:
        problems = []
        for column, found in lookups.items():
            is_short = sql.one_of(found.value("outcome"), [sql.literal("shorter", "text")])
            [row] = context.engine.ask(
                relation.select(exp.alias_(sql.row_count(), "rows"), lookups=[found]).where(is_short)
            )
            if row["rows"]:
                problems.append(_short(column.name, int(row["rows"]), context.where))
        if problems:
            raise Refused(problems)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """What is left is the beginning of the code and the fill, or a short code as it was."""
        return all(self._holds_of(old, new) for name in self.columns for old, new in cells(before, after, name))

    def _holds_of(self, old: Any, new: Any) -> bool:  # noqa: ANN401 - any cell
        if not emptiness_stays(old, new):
            return False
        if new is None or new is HIDDEN:
            return new is old or self.shorter == "suppress"
        written = plain(old)
        if self.shorter == "keep" and len(written) < self.keep:
            return bool(new == written)
        counted = "".join(re.findall("[0-9]", written)) if self.form == "postal" else written
        return len(counted) >= self.keep and bool(new == counted[: self.keep] + (self.fill or ""))


def _short(name: str, rows: int, where: str) -> Problem:
    return Problem(
        "short-code",
        where,
        Text(
            "列「{name}」に、短いコードか読めないコードが {rows} 行あります。",
            "the column '{name}' has codes that are too short or cannot be read, in {rows} rows.",
        ).fill(name=name, rows=told(rows)),
        Text(
            "shorter: で扱いを決めるか、コードを直してください（先頭の 0 が落ちていないか）。",
            "Decide with `shorter:`, or correct the codes (has a leading zero been lost?).",
        ),
    )
