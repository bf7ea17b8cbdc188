"""レコード削除: remove the records whose combination too few people share, or tells too much."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import StringConstraints, model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import UNIT, Change
from sudare.errors import Problem
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.far_classes import far_in_order, unequally_far
from sudare.techniques.technique import DATES, HIDDEN, NUMBERS, Example, Technique, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Context, Row


class DeleteSmallClasses(Technique):
    """Remove every record of an equivalence class smaller than `below` (guideline 2017-03, 3-2-5 and table 1, p. 16).

    Classes are counted in people where the spec names a person, else in records. A missing value is a value of its
    own, and so is a hidden one. With `sensitive` and `diverse`, classes with fewer different sensitive values go too
    (distinct l-diversity; a missing value is one of them). With `sensitive` and `close`, classes go whose sensitive
    values lie further from those of the whole table, as it stands before the step, than that (t-closeness; Li, Li and
    Venkatasubramanian 2007): with `equal`, missing and hidden values are one each; with `ordered`, one that is missing
    or hidden is refused. What is left is close to that table; the check t-closeness compares with what is left itself.
    More than `at_most` of the people gone is refused: the design is then too fine.
    """

    law = "table1/deletion"
    label = Text("少数の組の削除", "delete small classes")
    about = Text(
        "組合せが同じ人が少ない組を、レコードごと除きます。珍しい組合せの人の情報は失われます。欠測は一つの値として数えます。"
        "機微な列を書くと、値の種類が少ない組や、値の分布が表全体から離れた組も除けます。",
        "Removes the records of combinations that few people share. Their information is lost. "
        "A missing value counts as a value of its own. With a sensitive column, classes of few different values, or of "
        "values unlike those of the whole table, can go too.",
    )
    promise = Text(
        "残った組は、どれも下限の人数以上で、値の種類と分布についての条件も満たします。",
        "Every class that is left has at least the limit, and keeps those about its values.",
    )
    example = Example(
        types={"住所": "text", "年齢": "integer"},
        before=[("松山市", "40"), ("松山市", "40"), ("砥部町", "40"), ("松山市", None), ("松山市", None)],
        step={
            "technique": "delete-small-classes",
            "columns": ["住所", "年齢"],
            "below": 2,
            "standards": [5],
            "because": "組合せが一人だけ",
        },
        after_names=["住所", "年齢"],
        after=[("松山市", "40"), ("松山市", "40"), ("松山市", None), ("松山市", None)],
    )
    decides = False

    technique: Literal["delete-small-classes"] = field(Text("手法", "technique"))
    below: int = field(
        Text("これより少ない組を除く", "below"),
        Text(
            "この人数より少ない組を除きます。1 なら人数では除きません（sensitive が必要）。",
            "Classes with fewer people than this are removed. 1 removes none by size, and needs `sensitive`.",
        ),
        ge=1,
    )
    sensitive: Words | None = field(
        Text("機微な列", "sensitive"),
        Text("組の中で値の種類を数える列。", "The column whose different values are counted in each class."),
        default=None,
        role="column",
    )
    diverse: int | None = field(
        Text("値の種類の下限", "diverse"),
        Text("種類がこれより少ない組も除きます。", "Classes with fewer different values are removed too."),
        default=None,
        ge=2,
    )
    close: Decimal | None = field(
        Text("分布の離れの上限", "close"),
        Text(
            "0 から 1。値の分布が表全体からこれより離れた組も除きます（t-近接性の t）。",
            "0 to 1: classes whose values lie further from the whole table's are removed too (t of t-closeness).",
        ),
        default=None,
        ge=0,
        le=1,
    )
    distance: Literal["equal", "ordered"] | None = field(
        Text("離れの測り方", "distance"),
        Text(
            "close だけに使います。equal（省いたとき）値どうしは同じ遠さ。ordered 大きさの順で離れるほど遠い（数値と日付）。",
            "For close only. equal (if left out): all values equally far apart. ordered: as far as their places (numbers, dates).",
        ),
        default=None,
    )
    at_most: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d+)?%$")] | None = field(
        Text("除いてよい割合", "at most"),
        Text("例: 2%。これを超えるときは実行を止めます。", "Such as 2%. The run stops when more would go."),
        default=None,
    )

    @model_validator(mode="after")
    def _fits_together(self) -> DeleteSmallClasses:
        about_values = self.diverse is not None or self.close is not None
        if (self.sensitive is not None) != about_values:
            raise fault(
                "sensitive-and-diverse",
                Text("sensitive は diverse か close と一緒に書きます。", "`sensitive` goes with `diverse` or `close`."),
                Text("両方書くか、両方消してください。", "Write both, or neither."),
            )
        if self.below == 1 and not about_values:
            raise fault("bad-value", Text("below は 2 以上にしてください。", "`below` must be at least 2."))
        if self.distance is not None and self.close is None:
            raise fault("bad-value", Text("distance は close と一緒に書きます。", "`distance` goes with `close`."))
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The sensitive column, where one is named."""
        return () if self.sensitive is None else (self.sensitive,)

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: places in an order of what has none."""
        yield from super().problems(schema, where)
        column = schema.get(self.sensitive) if self.sensitive is not None else None
        if self.distance == "ordered" and column is not None and column.type not in NUMBERS | DATES:
            what = Text("列「{name}」の値には順序がありません。", "the values of '{name}' have no order.")
            yield Problem("wrong-type", where, what.fill(name=column.called), _NUMBERS_OR_DATES)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Keep the rows of classes that keep the limits; refuse if more than `at_most` of the people would go."""
        fields = [relation.field(name) for name in self.columns]
        keys = [part for f in fields for part in ([f.value, f.hidden] if f.masked else [f.value])]
        named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
        people = sql.distinct_count(sql.column(UNIT))
        few = [sql.less_than(people.copy(), sql.count(self.below))]
        if self.sensitive is not None and self.diverse is not None:
            few.append(sql.less_than(_different(relation.field(self.sensitive)), sql.count(self.diverse)))
        small = (
            relation.select(*named, exp.alias_(sql.count(1), "goes", quoted=True))
            .group_by(*(key.copy() for key in keys))
            .having(sql.any_of(few))
        )
        missed = [context.engine.tabulate(small, keys)]
        if self.sensitive is not None and self.close is not None:
            far = self._far(relation, keys, relation.field(self.sensitive), self.close, context)
            missed.append(context.engine.tabulate(far, keys))
        if self.at_most is not None:
            self._refuse_too_many(relation, context, missed)
        return Change(keep=sql.all_of(sql.is_missing(one.value("goes")) for one in missed), lookups=tuple(missed))

    def _far(
        self, relation: Relation, keys: Sequence[sql.Term], sensitive: Field, close: Decimal, context: Context
    ) -> exp.Select:
        if self.distance != "ordered":
            return unequally_far(relation, keys, sensitive, close)
        absent = exp.alias_(sql.total(sql.one_where(sql.is_missing(sensitive.value))), "absent", quoted=True)
        [row] = context.engine.ask(relation.select(absent))
        if row["absent"]:
            raise context.refuse(
                "missing-in-order",
                Text(
                    "列「{name}」に、空欄か隠したセルが {rows} 行あり、順序の中に場所がありません。",
                    "'{name}' has missing or hidden cells in {rows} rows, which have no place in an order.",
                ).fill(name=sensitive.name, rows=told(int(row["absent"]))),
                Text("equal を使うか、先に除いてください。", "Use `equal`, or remove them first."),
            )
        return far_in_order(relation, keys, sensitive, close)

    def _refuse_too_many(self, relation: Relation, context: Context, missed: Sequence[Lookup]) -> None:
        unit = sql.column(UNIT, "t")
        goes = sql.any_of(sql.is_there(one.value("goes")) for one in missed)
        gone = sql.first_true([(goes, unit.copy())], sql.missing("integer"))
        named = [exp.alias_(unit, "person"), exp.alias_(gone, "gone")]
        rows = relation.select(*named, lookups=missed)
        counts = [
            exp.alias_(sql.distinct_count(exp.column("person")), "everyone"),
            exp.alias_(sql.distinct_count(exp.column("gone")), "few"),
        ]
        [row] = context.engine.ask(exp.select(*counts).from_(rows.subquery("p")))
        limit = Decimal((self.at_most or "").rstrip("%"))
        if Decimal(row["few"]) * 100 > limit * Decimal(row["everyone"]):
            raise context.refuse(
                "too-many-deleted",
                Text(
                    "少数の組に属する人が {limit} を超えます。", "more than {limit} of the people are in small classes."
                ).fill(limit=self.at_most),
                Text(
                    "先に一般化を粗くするか、at_most を見直してください。",
                    "Generalize more first, or reconsider `at_most`.",
                ),
            )

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """Every class that is left keeps the limits, in records at least as in people."""
        classes: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in after:
            if row is not None:
                classes[tuple(repr(row[same_name(name)]) for name in self.columns)].append(row)
        if any(len(rows) < self.below for rows in classes.values()):
            return False
        if self.sensitive is None:
            return True
        name = same_name(self.sensitive)
        whole = Counter(row[name] for row in before if row is not None)
        for rows in classes.values():
            values = Counter(row[name] for row in rows)
            different = {None if value is HIDDEN else value for value in values}
            if len(different) < (self.diverse or 0):
                return False
            if self.close is not None and _distance(values, whole, self.distance or "equal") > Fraction(self.close):
                return False
        return True


_NUMBERS_OR_DATES = Text("ordered は数値と日付に使えます。", "`ordered` is for numbers and dates.")


def _distance(values: Mapping[Any, int], whole: Mapping[Any, int], distance: str) -> Fraction:
    """Return how far the values of a class lie from those of the whole table, exactly."""
    size, everybody = sum(values.values()), sum(whole.values())
    if distance == "equal":
        return sum((abs(_share(values, v, size) - _share(whole, v, everybody)) for v in whole), Fraction(0)) / 2
    moved, reached = Fraction(0), Fraction(0)
    for value in sorted(whole):
        reached += _share(values, value, size) - _share(whole, value, everybody)
        moved += abs(reached)
    return moved / max(len(whole) - 1, 1)


def _share(counts: Mapping[Any, int], value: object, total: int) -> Fraction:
    return Fraction(counts.get(value, 0), total)


def _different(sensitive: Field) -> sql.Term:
    """Count the different values of a class; missing and hidden cells are one value together."""
    absent = sql.furthest(sql.one_where(sql.is_missing(sensitive.value)), largest=True)
    return sql.plus(sql.distinct_count(sensitive.value), absent)
