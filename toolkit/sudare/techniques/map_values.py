"""一般化（上位概念への置き換え）: replace values by the broader group they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self, TypeAlias

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import TypeAliasType, override

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.engines.predicates import Given
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.beside import FileName, beside
from sudare.techniques.hierarchy import hierarchy_rows
from sudare.techniques.technique import HIDDEN, Example, Technique, cells, emptiness_stays, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Column
    from sudare.techniques.technique import Context, Row

Leaves: TypeAlias = tuple[Given, ...]
Tree = TypeAliasType("Tree", "dict[Words, Tree | Leaves]")

OUTPUTS = pa.schema([("key0", pa.string()), ("to", pa.string())])


class MapValues(Technique):
    """Replace values by broader groups, by a table, a tree or an ARX hierarchy (2017-03, table 1, p. 16; 3-2-5)."""

    law = "table1/generalization"
    label = Text("一般化（置き換え）", "map values to groups")
    about = Text(
        "細かい区分を広い区分に置き換え、同じ言い方になる人を増やします。細かい違いは失われます。"
        "対応表にない値が来たら止まるか、決めておいた区分にします。欠測は欠測のままです。",
        "Replaces narrow categories by broad ones, so that more people share the same words; the finer difference is "
        "lost. A value the table does not list stops the run, or goes to a group named beforehand. Missing stays "
        "missing.",
    )
    promise = Text("対応表の右側の値だけが残ります。", "Only groups of the table are left.")
    example = Example(
        types={"免許": "text"},
        before=[("特別免許制度による教員免許",), ("普通免許状",), (None,)],
        step={
            "technique": "map-values",
            "columns": ["免許"],
            "table": {"特別免許制度による教員免許": "教員免許", "普通免許状": "教員免許"},
            "unseen": "default",
            "default": "その他の免許",
            "standards": [5],
            "because": "種類で絞り込める",
        },
        after_names=["免許"],
        after=[("教員免許",), ("教員免許",), (None,)],
    )
    accepts = frozenset({"text", "integer", "boolean"})
    replaces = True

    technique: Literal["map-values"] = field(Text("手法", "technique"))
    table: dict[Given, Words] | None = field(
        Text("対応表", "table"),
        Text("元の値: 置き換える区分。", "The value: its group."),
        default=None,
        min_length=1,
        private=True,
    )
    tree: Tree | None = field(
        Text("木", "tree"),
        Text("区分: {区分: [値, …]} の入れ子。", "Groups within groups, with lists of values at the ends."),
        default=None,
        private=True,
    )
    hierarchy: FileName | None = field(
        Text("階層ファイル", "hierarchy"),
        Text("仕様と同じ場所の、ARX 形式の CSV。", "A CSV as ARX writes it, beside the spec."),
        default=None,
        role="file",
    )
    level: int = field(
        Text("段", "level"),
        Text("値から何段上の区分にするか。木の浅い所では一番上。", "How many levels above the value."),
        default=1,
        ge=1,
        le=50,
    )
    unseen: Literal["stop", "default"] = field(
        Text("表にない値", "unseen"),
        Text("止まるか、default の区分にするか。", "Stop, or use the group under `default`."),
        default="stop",
    )
    default: Words | None = field(
        Text("表にない値の区分", "default"), Text("unseen: default のとき。", "With `unseen: default`."), default=None
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum(given is not None for given in (self.table, self.tree, self.hierarchy)) != 1:
            raise fault(
                "one-of",
                Text(
                    "table、tree、hierarchy のどれか一つを書いてください。",
                    "write one of `table`, `tree` and `hierarchy`.",
                ),
            )
        if self.table is not None and "level" in self.model_fields_set:
            raise fault("unused-key", Text("table に level は使いません。", "`level` does not go with `table`."))
        if (self.default is None) == (self.unseen == "default"):
            raise fault(
                "default",
                Text("default は unseen: default と一緒に書きます。", "`default` goes with `unseen: default`."),
            )
        if self.tree is not None:
            leaves = [leaf for leaf, _ in _climbed(self.tree, ())]
            if len(set(leaves)) < len(leaves):
                raise fault(
                    "repeated-value", Text("木の中に同じ値が二度あります。", "a value stands twice in the tree.")
                )
        return self

    @override
    def gives(self, column: Column) -> Column:
        """Groups are text."""
        return column.model_copy(update={"type": "text", "unit": None})

    @override
    def files(self) -> tuple[str, ...]:
        """The hierarchy."""
        return () if self.hierarchy is None else (self.hierarchy,)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Join the table; refuse if a value is not in it, unless a group for those was named."""
        groups = self._groups(context.folder, context.where)
        rows = pa.table([pa.array(groups, pa.string()), pa.array(groups.values(), pa.string())], schema=OUTPUTS)
        columns = relation.named(self.columns)
        lookups = [context.engine.mapping([column.text], rows) for column in columns]
        if self.default is None:
            self._refuse_unseen(relation, context, columns, lookups)
        return Change(
            cells={
                column.name: Cell(self._group_of(column, lookup), "text")
                for column, lookup in zip(columns, lookups, strict=True)
            },
            lookups=tuple(lookups),
        )

    def _group_of(self, column: Field, lookup: Lookup) -> sql.Term:
        if self.default is None:
            return lookup.value("to")
        return sql.first_true([(_unseen(column, lookup), sql.literal(self.default, "text"))], lookup.value("to"))

    def _refuse_unseen(
        self, relation: Relation, context: Context, columns: Sequence[Field], lookups: Sequence[Lookup]
    ) -> None:
        problems = []
        for column, lookup in zip(columns, lookups, strict=True):
            new = sql.first_true([(_unseen(column, lookup), column.text)], sql.missing("text"))
            query = relation.select(
                exp.alias_(sql.distinct_count(new), "distinct_values"),
                exp.alias_(exp.Count(this=new), "unseen_rows"),
                lookups=[lookup],
            )
            [found] = context.engine.ask(query)
            if found["unseen_rows"]:
                problems.append(_unseen_problem(column.name, found["distinct_values"], found["unseen_rows"], context))
        if problems:
            raise Refused(problems)

    def _groups(self, folder: Path | None, where: str) -> dict[str, str]:
        if self.table is not None:
            return self.table
        if self.tree is not None:
            return {leaf: above[-min(self.level, len(above))] for leaf, above in _climbed(self.tree, ())}
        rows = hierarchy_rows(beside(folder, self.hierarchy or "", where), where)
        if self.level >= len(rows[0]):
            what = Text("階層は {n} 段しかありません。", "the hierarchy has only {n} levels.").fill(n=len(rows[0]) - 1)
            raise Refused(Problem("bad-level", where, what))
        return {row[0]: row[self.level] for row in rows}

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every value became its group; equal values have equal groups."""
        groups = None if self.hierarchy is not None else self._groups(None, "")
        became: dict[str, str] = {}
        for name in self.columns:
            for old, new in cells(before, after, name):
                if not emptiness_stays(old, new):
                    return False
                if old is None or old is HIDDEN:
                    continue
                value = text_of(old)
                expected = became.setdefault(value, new) if groups is None else groups.get(value, self.default)
                if new != expected:
                    return False
        return True


def _unseen(column: Field, lookup: Lookup) -> sql.Term:
    return sql.all_of([sql.is_there(column.text), sql.is_missing(lookup.value("to"))])


def _unseen_problem(name: str, distinct: int, rows: int, context: Context) -> Problem:
    return Problem(
        "unseen-value",
        context.where,
        Text(
            "列「{name}」に対応表にない値が {distinct} 種類、{rows} 行あります。",
            "the column '{name}' holds {distinct} values that are not in the table, in {rows} rows.",
        ).fill(name=name, distinct=told(distinct), rows=told(rows)),
        Text(
            "表に加えるか、unseen: default と default: を書いてください。",
            "Add them to the table, or write `unseen: default` and `default:`.",
        ),
    )


def _climbed(tree: Mapping[str, object], above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Walk over the values at the ends of a tree, each with the groups above it, broadest first."""
    for group, below in tree.items():
        path = (*above, group)
        if isinstance(below, dict):
            yield from _climbed(below, path)
        elif isinstance(below, tuple):
            yield from ((str(leaf), path) for leaf in below)
