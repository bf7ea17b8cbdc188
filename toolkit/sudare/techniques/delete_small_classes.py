"""レコード削除: remove the records whose combination too few people share."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints, model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.relation import UNIT, Change
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.techniques.technique import HIDDEN, Example, Technique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.techniques.technique import Context, Row


class DeleteSmallClasses(Technique):
    """Remove every record of an equivalence class smaller than `below` (guideline 2017-03, 3-2-5 and table 1, p. 16).

    Classes are counted in people where the spec names a person, else in records. A missing value is a value of its
    own, and so is a hidden one. With `sensitive` and `diverse`, classes with fewer different sensitive values go too
    (distinct l-diversity; a missing value is one of them). More than `at_most` of the people gone is refused: the
    design is then too fine.
    """

    law = "table1/deletion"
    label = Text("少数の組の削除", "delete small classes")
    about = Text(
        "組合せが同じ人が少ない組を、レコードごと除きます。珍しい組合せの人の情報は失われます。欠測は一つの値として数えます。",
        "Removes the records of combinations that few people share. Their information is lost. "
        "A missing value counts as a value of its own.",
    )
    promise = Text("残った組は、どれも下限の人数以上です。", "Every class that is left has at least the limit.")
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
        Text("この人数より少ない組を除きます。", "Classes with fewer people than this are removed."),
        ge=2,
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
    at_most: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d+)?%$")] | None = field(
        Text("除いてよい割合", "at most"),
        Text("例: 2%。これを超えるときは実行を止めます。", "Such as 2%. The run stops when more would go."),
        default=None,
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> DeleteSmallClasses:
        if (self.sensitive is None) != (self.diverse is None):
            raise fault(
                "sensitive-and-diverse",
                Text("sensitive と diverse は両方書きます。", "`sensitive` and `diverse` go together."),
                Text("両方書くか、両方消してください。", "Write both, or neither."),
            )
        return self

    @override
    def reads(self) -> tuple[str, ...]:
        """The sensitive column, where one is named."""
        return () if self.sensitive is None else (self.sensitive,)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Keep the rows of classes that are large enough; refuse if more than `at_most` of the people would go."""
        fields = [relation.field(name) for name in self.columns]
        keys = [part for f in fields for part in ([f.value, f.hidden] if f.masked else [f.value])]
        named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
        people = sql.distinct_count(sql.column(UNIT))
        few = [sql.less_than(people.copy(), sql.count(self.below))]
        if self.sensitive is not None and self.diverse is not None:
            few.append(sql.less_than(_different(relation.field(self.sensitive)), sql.count(self.diverse)))
        small = (
            relation.select(*named, exp.alias_(people, "people"))
            .group_by(*(key.copy() for key in keys))
            .having(sql.any_of(few))
        )
        classes = context.engine.tabulate(small, keys)
        if self.at_most is not None:
            self._refuse_too_many(relation, context, classes)
        return Change(keep=sql.is_missing(classes.value("people")), lookups=(classes,))

    def _refuse_too_many(self, relation: Relation, context: Context, classes: Lookup) -> None:
        unit = sql.column(UNIT, "t")
        gone = sql.first_true([(sql.is_there(classes.value("people")), unit.copy())], sql.missing("integer"))
        rows = (
            exp.select(exp.alias_(unit, "person"), exp.alias_(gone, "gone"))
            .from_(relation.query.subquery("t"))
            .join(exp.to_table(classes.table), on=classes.on(), join_type="left")
        )
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
        """Every class that is left is large enough, in records at least as in people."""
        left = Counter(tuple(repr(row[name]) for name in self.columns) for row in after if row is not None)
        values: dict[tuple[str, ...], set[str]] = {}
        for row in after:
            if row is not None and self.sensitive is not None:
                key = tuple(repr(row[name]) for name in self.columns)
                values.setdefault(key, set()).add(
                    "" if row[self.sensitive] in {None, HIDDEN} else repr(row[self.sensitive])
                )
        return all(size >= self.below for size in left.values()) and all(
            len(different) >= (self.diverse or 0) for different in values.values()
        )


def _different(sensitive: Field) -> sql.Term:
    """Count the different values of a class; missing and hidden cells are one value together."""
    absent = sql.furthest(sql.one_where(sql.is_missing(sensitive.value)), largest=True)
    return sql.plus(sql.distinct_count(sensitive.value), absent)
