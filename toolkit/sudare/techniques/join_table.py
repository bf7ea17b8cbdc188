"""表の連結: bring in columns of a second file whose rows are found by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import field_validator, model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem, did_you_mean
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.beside import stays_inside
from sudare.tables.schema import TYPE_NAMES, Input, same_name
from sudare.techniques.technique import HIDDEN, Example, Technique, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Column, Schema
    from sudare.techniques.side_table import SideTable
    from sudare.techniques.technique import Context, Row


class JoinTable(Technique):
    """Join a register that is kept apart, by the number that links the two (2017-03, 3-2-3 case 1, pp. 12-13)."""

    law = "note/join"
    label = Text("表の連結", "join a table")
    about = Text(
        "分けて保管した台帳を、キーが等しい行でつなぎ、その列を加えます。これだけでは何も守りません。"
        "つなぐ番号は後の手順で削除するか置き換え、加わった列も一つずつ決めてください。"
        "値はそのまま比べます（先頭の0や全角・半角の違いは別の値）。キーが欠測または隠れた行には相手がありません。"
        "相手のファイルに同じキーが二度あれば止まるので、行が増えることはありません。",
        "Joins a register that is kept apart where the keys are equal, and adds its columns. This alone protects "
        "nothing: the linking number must be removed or replaced by a later step, and each added column be decided. "
        "Values are compared as they are (leading zeros and widths count). A row whose key is missing or hidden has no "
        "partner. A key that stands twice in the second file stops the run, so that no row is ever doubled.",
    )
    promise = Text(
        "行は増えず、元の列は変わらず、キーの等しい行には同じ値が加わります。",
        "No row is added, no column of before changes, and rows with equal keys get equal values.",
    )
    example = Example(
        types={"管理番号": "text", "年齢": "integer"},
        before=[("00101", "45"), ("00102", "52"), ("00107", "61"), (None, "38")],
        step={
            "technique": "join-table",
            "columns": ["管理番号"],
            "file": "検査.csv",
            "input": {
                "format": "csv",
                "columns": [
                    {"name": "番号", "type": "text", "kind": "linking-code"},
                    {"name": "血圧", "type": "integer", "unit": "mmHg"},
                    {"name": "判定", "type": "text", "kind": "sensitive"},
                ],
            },
            "match": ["番号"],
            "unmatched": "keep",
            "because": "検査の台帳は分けて保管している",
        },
        after_names=["管理番号", "年齢", "血圧", "判定"],
        after=[
            ("00101", "45", "121", "A"),
            ("00102", "52", None, "B"),
            ("00107", "61", None, None),
            (None, "38", None, None),
        ],
        files={"検査.csv": "番号,血圧,判定\r\n00101,121,A\r\n00102,,B\r\n00110,140,C\r\n"},
    )
    decides = False

    technique: Literal["join-table"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("キーの列", "key columns"),
        Text("この表の、相手を探す列。", "The columns of this table by which a partner is found."),
        role="columns",
        min_length=1,
    )
    file: Words = field(
        Text("ファイル", "file"),
        Text("仕様と同じフォルダーのファイルの名前。", "The name of a file in the spec's own folder."),
        role="file",
    )
    input: Input = field(
        Text("そのファイルの書き方", "how it is written"),
        Text("すべての列を宣言します。", "All its columns are declared."),
    )
    # Not `on`, which other readers of YAML take for a truth value.
    match: tuple[Words, ...] = field(
        Text("相手のキーの列", "key columns there"),
        Text("columns と同じ順。省くと同じ名前の列。", "In the order of `columns`; the same names when left out."),
        default=(),
    )
    take: tuple[Words, ...] = field(
        Text("加える列", "columns to take"),
        Text("省くと、キーのほかの列すべて。", "All but the keys when left out."),
        default=(),
    )
    unmatched: Literal["refuse", "keep", "delete"] = field(
        Text("相手のない行", "rows without a partner"),
        Text(
            "refuse 止まる。keep 加わる列を欠測にする。delete 行を除く。",
            "refuse: stop. keep: the added columns are missing there. delete: remove the rows.",
        ),
        default="refuse",
    )

    @field_validator("file")
    @classmethod
    def _is_a_plain_name(cls, name: str) -> str:
        if "/" in name or not stays_inside(name):
            raise fault(
                "outside-folder",
                Text("仕様と同じフォルダーのファイルの名前だけを書けます。", "only a name in the spec's own folder."),
            )
        return name

    @model_validator(mode="after")
    def _its_columns_are_declared(self) -> Self:
        there = self.input.schema_
        for name in (*self._there, *self.take):
            if there.get(name) is None:
                what = Text("列「{name}」が手順の input にありません。", "there is no column '{name}' in its `input`.")
                raise fault("missing-column", what.fill(name=name), did_you_mean(name, there.names))
        if len(self._there) != len(self.columns):
            raise fault(
                "key-length",
                Text("match には columns と同じ数の列を書きます。", "`match` names as many columns as `columns`."),
            )
        for names in (self._there, self.take):
            if len({same_name(name) for name in names}) < len(names):
                raise fault("repeated-column", Text("同じ列が二度書かれています。", "a column is named twice."))
        if {same_name(name) for name in self.take} & {same_name(name) for name in self._there}:
            raise fault(
                "key-taken", Text("キーの列は take に書けません。", "a key column of the file cannot be taken.")
            )
        if not self.brings():
            raise fault("nothing-taken", Text("加える列がありません。", "there is no column to take."))
        return self

    @property
    def _there(self) -> tuple[str, ...]:
        """The key columns of the second file."""
        return self.match or self.columns

    @override
    def tables(self) -> Mapping[str, Input]:
        """The second file."""
        return {self.file: self.input}

    @override
    def brings(self) -> tuple[Column, ...]:
        """The columns taken, as they are declared."""
        there = self.input.schema_
        keys = {same_name(name) for name in self._there}
        names = self.take or tuple(name for name in there.names if name not in keys)
        return tuple(column for name in names if (column := there.get(name)) is not None)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: keys of different types."""
        yield from super().problems(schema, where)
        there = self.input.schema_
        for name, other in zip(self.columns, self._there, strict=True):
            mine, its = schema.get(name), there.get(other)
            if mine is not None and its is not None and mine.type != its.type:
                yield _types_differ(mine, its, where)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Look each row's key up among those of the second file."""
        table = context.tables[self.file]
        self._refuse_repeated(table, context)
        found = self._partners(relation, table, context)
        matched = sql.is_there(found.value("matched"))
        if self.unmatched == "refuse":
            self._refuse_unmatched(relation, found, context)
        return Change(
            add={column.called: Cell(found.value(f"v{n}"), column.type) for n, column in enumerate(self.brings())},
            keep=matched if self.unmatched == "delete" else None,
            lookups=(found,),
        )

    def _keys(self, table: SideTable) -> list[Field]:
        return table.relation.named(self._there)

    def _refuse_repeated(self, table: SideTable, context: Context) -> None:
        keys = self._keys(table)
        repeated = (
            table.relation.select(exp.alias_(sql.row_count(), "times"))
            .where(_all_there(keys))
            .group_by(*(key.value for key in keys))
            .having(sql.less_than(sql.count(1), sql.row_count()))
        )
        total = exp.alias_(exp.Sum(this=exp.column("times")), "rows")
        [found] = context.engine.ask(
            exp.select(exp.alias_(sql.row_count(), "keys"), total).from_(repeated.subquery("r"))
        )
        if found["keys"]:
            raise context.refuse(
                "repeated-key",
                Text(
                    "ファイル「{file}」に、二度以上現れるキーが {keys} 種類（{rows} 行）あります。",
                    "in the file '{file}', {keys} keys stand more than once (in {rows} rows).",
                ).fill(file=self.file, keys=told(found["keys"]), rows=told(int(found["rows"]))),
                Text(
                    "一つのキーが一行になるようにするか、キーの列を増やしてください。",
                    "Let each key have one row, or name more key columns.",
                ),
            )

    def _partners(self, relation: Relation, table: SideTable, context: Context) -> Lookup:
        keys = self._keys(table)
        named = [exp.alias_(key.value, f"key{n}", quoted=True) for n, key in enumerate(keys)]
        taken = table.relation.named(column.called for column in self.brings())
        values = [exp.alias_(column.value, f"v{n}", quoted=True) for n, column in enumerate(taken)]
        matched = exp.alias_(exp.true(), "matched", quoted=True)
        # A missing key is left out here: a lookup would take two missing ones for equal.
        query = table.relation.select(*named, matched, *values).where(_all_there(keys))
        return context.engine.tabulate(query, [column.value for column in relation.named(self.columns)])

    def _refuse_unmatched(self, relation: Relation, found: Lookup, context: Context) -> None:
        alone = sql.is_missing(found.value("matched"))
        keyless = sql.not_(_all_there(relation.named(self.columns)))
        query = relation.select(
            exp.alias_(exp.Sum(this=sql.one_where(alone)), "alone"),
            exp.alias_(exp.Sum(this=sql.one_where(keyless)), "keyless"),
            lookups=[found],
        )
        [counted] = context.engine.ask(query)
        if counted["alone"]:
            raise context.refuse(
                "unmatched-rows",
                Text(
                    "ファイル「{file}」に相手のない行が {alone} 行あります（うちキーのない行 {keyless}）。",
                    "{alone} rows have no partner in the file '{file}' (rows without a key: {keyless}).",
                ).fill(file=self.file, alone=told(int(counted["alone"])), keyless=told(int(counted["keyless"]))),
                Text(
                    "ファイルの時点とキーの書き方を確かめるか、unmatched: で扱いを決めてください。",
                    "Check the file's date and how keys are written, or choose another `unmatched:`.",
                ),
            )

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """What was there stays; rows with equal keys fare alike, and rows without a key find nothing."""
        brought = [column.called for column in self.brings()]
        keys = [same_name(name) for name in self.columns]
        fates: dict[tuple[object, ...], tuple[object, ...] | None] = {}
        for old, new in zip(before, after, strict=True):
            if old is None:
                continue
            if new is None and self.unmatched != "delete":
                return False
            if new is not None and any(new[name] != cell for name, cell in old.items()):
                return False
            fate = None if new is None else tuple(new[name] for name in brought)
            key = tuple(old[name] for name in keys)
            if any(part is None or part is HIDDEN for part in key):
                if self.unmatched == "refuse" or any(cell is not None for cell in fate or ()):
                    return False
                if self.unmatched == "delete" and fate is not None:
                    return False
            elif fates.setdefault(key, fate) != fate:
                return False
        return True


def _all_there(keys: Sequence[Field]) -> sql.Term:
    return sql.all_of(sql.is_there(key.value) for key in keys)


def _types_differ(mine: Column, its: Column, where: str) -> Problem:
    return Problem(
        "key-type",
        where,
        Text(
            "キーの型が違います: 「{mine}」は{kind}、相手の「{its}」は{other}です。",
            "the keys differ in type: '{mine}' is {kind}, '{its}' of the file is {other}.",
        ).fill(mine=mine.called, kind=TYPE_NAMES[mine.type], its=its.called, other=TYPE_NAMES[its.type]),
        Text("番号は両方とも文字にすると、先頭の0が残ります。", "Make numbers text in both: leading zeros stay."),
    )
