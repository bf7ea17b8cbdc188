"""一般化（住所）: cut addresses down to the municipality or the prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pyarrow as pa
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import UNIT, Cell, Change
from sudare.errors import Problem, Refused
from sudare.japan.addresses import Ambiguous, Place, municipalities, resolve
from sudare.language import Text
from sudare.models import field
from sudare.techniques.technique import HIDDEN, Example, Technique, cells, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Column
    from sudare.techniques.technique import Context, Row

Outcome: TypeAlias = Literal["place", "prefecture", "ambiguous", "unresolved"]
ELSEWHERE = {"municipality": "その他の市町村", "prefecture": "その他の都道府県"}
FOUND = pa.schema([("place", pa.string()), ("prefecture", pa.string()), ("outcome", pa.string())])
MERGED = pa.schema([("key0", pa.string()), ("label", pa.string())])


class AddressToMunicipality(Technique):
    """Cut addresses down to prefecture and municipality: 〇〇県△△市 (guideline 2017-03, 3-2-1 cases 1 and 2, p. 10)."""

    law = "table1/generalization"
    label = Text("一般化（住所→市区町村）", "address to municipality")
    about = Text(
        "住所を「愛媛県松山市」「北海道余市郡余市町」のように都道府県と市区町村（郡は残す）までにします。町名から先は失われます。"
        "市町村の決まらない住所は推測せず、止まるか隠します。欠測は欠測のままで、空白だけの住所は読めない住所として扱います。",
        "Keeps prefecture and municipality in their official writing, 郡 included, such as 北海道余市郡余市町; everything "
        "below is lost. An address that does not tell its municipality is never guessed: the run stops, or the cell is "
        "hidden. Missing stays missing; a blank address counts as unreadable.",
    )
    promise = Text(
        "都道府県と市区町村の名前（またはその他）だけが残ります。",
        "Only names of prefectures and municipalities are left, or 'others'.",
    )
    example = Example(
        types={"住所": "text"},
        before=[("愛媛県松山市一番町4-4-2",), ("松山市二番町１",), ("府中市宮西町2-24",), ("なし",), (None,)],
        step={
            "technique": "address-to-municipality",
            "columns": ["住所"],
            "ambiguous": "suppress",
            "unresolved": "suppress",
            "standards": [1],
            "because": "町名まで不要",
        },
        after_names=["住所"],
        after=[("愛媛県松山市",), ("愛媛県松山市",), ("*",), ("*",), (None,)],
    )
    accepts = frozenset({"text"})
    replaces = True

    technique: Literal["address-to-municipality"] = field(Text("手法", "technique"))
    to: Literal["municipality", "prefecture"] = field(
        Text("どこまで残すか", "to"),
        Text("市区町村まで、または都道府県まで。", "The municipality, or only the prefecture."),
        default="municipality",
    )
    ambiguous: Literal["stop", "suppress", "prefecture"] = field(
        Text("二つ以上に読める住所", "ambiguous"),
        Text(
            "止まる、隠す、または候補が同じ都道府県なら都道府県だけ残す（違えば隠す）。",
            "Stop, hide, or keep the prefecture if all candidates share it (else hide).",
        ),
        default="stop",
    )
    unresolved: Literal["stop", "suppress"] = field(
        Text("読めない住所", "unresolved"), Text("止まるか隠す。", "Stop or hide."), default="stop"
    )
    wards: Literal["drop", "keep"] = field(
        Text("政令市の区", "wards"),
        Text(
            "落とすか残すか。東京都の特別区は必ず残ります。", "Of designated cities; Tokyo's special wards always stay."
        ),
        default="drop",
    )
    minimum_count: int | None = field(
        Text("最少の人数", "minimum count"),
        Text(
            "これより人の少ない所は県内の「その他の市町村」に、まだ少なければ全国の「その他の市町村」にまとめ、それでも少なければ隠します。",
            "Places with fewer people become 'others' of their prefecture, then of the country; if still fewer, hidden.",
        ),
        default=None,
        ge=2,
    )

    @override
    def gives(self, column: Column) -> Column:
        """A place no longer identifies directly."""
        kind = "quasi-identifier" if column.kind == "direct-identifier" else column.kind
        return column.model_copy(update={"type": "text", "kind": kind})

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Read each different address once and join the places back."""
        made: dict[str, Cell] = {}
        lookups: list[Lookup] = []
        problems: list[Problem] = []
        for column in relation.named(self.columns):
            found = context.engine.lookup(relation, [column.value], self._read, FOUND)
            problems += self._undecided(relation, context, column, found)
            lookups.append(found)
            place = found.value("place")
            if self.minimum_count is not None:
                merged = self._merged(relation, context, found, self.minimum_count)
                lookups.append(merged)
                place = merged.value("label")
            hidden = sql.all_of([sql.is_there(column.value), sql.is_missing(place)])
            made[column.name] = Cell(place, "text", hidden)
        if problems:
            raise Refused(problems)
        return Change(cells=made, lookups=tuple(lookups))

    def _read(self, rows: Iterable[tuple[Any, ...]]) -> list[tuple[str | None, str | None, Outcome]]:
        return [self._one(address) for (address,) in rows]

    def _one(self, address: str) -> tuple[str | None, str | None, Outcome]:
        found = resolve(address)
        if isinstance(found, Place):
            return self._name(found), found.prefecture, "place"
        if not isinstance(found, Ambiguous):
            return None, None, "unresolved"
        prefecture = found.prefectures[0] if len(found.prefectures) == 1 else None
        if prefecture is not None and self.to == "prefecture":
            return prefecture, prefecture, "place"  # nothing is ambiguous at this level
        if self.ambiguous == "prefecture":
            return prefecture, prefecture, "prefecture"
        return None, None, "ambiguous"

    def _name(self, place: Place) -> str:
        if self.to == "prefecture":
            return place.prefecture
        return place.prefecture + place.municipality + (place.ward if self.wards == "keep" else "")

    def _undecided(self, relation: Relation, context: Context, column: Field, found: Lookup) -> list[Problem]:
        stopping: dict[str, Text] = {}
        if self.ambiguous == "stop":
            stopping["ambiguous"] = Text("二つ以上の市区町村に読める", "ambiguous")
        if self.unresolved == "stop":
            stopping["unresolved"] = Text("市区町村の読めない", "unreadable")
        query = relation.select(
            exp.alias_(found.value("outcome"), "outcome"), exp.alias_(sql.row_count(), "rows"), lookups=[found]
        ).group_by(found.value("outcome"))
        what = Text(
            "列「{name}」に、{kind}住所が {rows} 行あります。",
            "the column '{name}' has {kind} addresses in {rows} rows.",
        )
        now = Text(
            "ambiguous: / unresolved: で扱いを決めるか、住所を直してください。",
            "Decide with `ambiguous:` and `unresolved:`, or correct the addresses.",
        )
        counts = sorted(
            (row["outcome"], row["rows"]) for row in context.engine.ask(query) if row["outcome"] in stopping
        )
        return [
            Problem(
                f"{outcome}-address",
                context.where,
                what.fill(name=column.name, kind=stopping[outcome], rows=told(rows)),
                now,
            )
            for outcome, rows in counts
        ]

    def _merged(self, relation: Relation, context: Context, found: Lookup, minimum: int) -> Lookup:
        """Climb from place to others in the prefecture to others until enough people share a name, else to nothing."""
        place = found.value("place")
        query = relation.select(*(exp.alias_(found.value(name), name) for name in FOUND.names), lookups=[found])
        rows = context.engine.ask(query.where(sql.is_there(place)).distinct())
        ladders = {row["place"]: self._ladder(row["prefecture"], row["outcome"]) for row in rows}
        labels: dict[str, str | None] = {name: name for name in ladders}
        while True:
            mapping = pa.table([pa.array(labels, pa.string()), pa.array(labels.values(), pa.string())], schema=MERGED)
            merged = context.engine.mapping([place], mapping)
            few = self._fewer(relation, context, (found, merged), minimum)
            if not few:
                return merged
            labels = {name: ladders[name].pop(0) if label in few else label for name, label in labels.items()}

    def _ladder(self, prefecture: str, outcome: Outcome) -> list[str | None]:
        if outcome == "prefecture":
            return [None]  # it may lie in any of the prefecture's places, named or not
        if self.to == "prefecture":
            return [ELSEWHERE["prefecture"], None]
        return [f"{prefecture}{ELSEWHERE['municipality']}", ELSEWHERE["municipality"], None]

    @staticmethod
    def _fewer(relation: Relation, context: Context, lookups: tuple[Lookup, Lookup], minimum: int) -> set[str]:
        label = lookups[1].value("label")
        query = (
            relation.select(exp.alias_(label, "label"), lookups=lookups)
            .where(sql.is_there(label))
            .group_by(label)
            .having(sql.less_than(sql.distinct_count(sql.column(UNIT, "t")), sql.count(minimum)))
        )
        return {row["label"] for row in context.engine.ask(query)}

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """What is left is a name of the table or of others, the right one, and shared by enough rows."""
        known = {self._name(place) for place in municipalities()} | {place.prefecture for place in municipalities()}
        known |= {f"{place.prefecture}{ELSEWHERE['municipality']}" for place in municipalities()} | {
            *ELSEWHERE.values()
        }
        for name in self.columns:
            rows: dict[str, int] = {}
            for old, new in cells(before, after, name):
                if not emptiness_stays(old, new):
                    return False
                if new is None or new is HIDDEN:
                    continue
                place = self._one(old)[0]
                if new not in known or (new != place and self.minimum_count is None):
                    return False
                rows[new] = rows.get(new, 0) + 1
            if any(count < (self.minimum_count or 0) for count in rows.values()):
                return False
        return True
