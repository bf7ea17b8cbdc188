"""Columns from which a value that is to be hidden can be told or computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.findings.codes import codes_of, commonest, tells
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding
from sudare.findings.header import says
from sudare.findings.usual_steps import delete
from sudare.language import Text
from sudare.profiles.computed import FEWEST, TELLS, adds_up, is_body_mass_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.sql import Term
    from sudare.findings.view import ColumnView, View

_GUESS = 0.9  # of the rows hold the commonest value: then telling it tells nothing
_NEARLY_UNIQUE = 0.5  # different values among the cells; a column of single values tells everything and means nothing
_MOST = 50_000  # different values
_BMI = ("bmi", "体格指数")
_HEIGHT = ("身長", "height")
_WEIGHT = ("体重", "weight")
_AGE = ("年齢", "満年齢", "age")


class BetrayingColumn(Detector):
    """Finds columns that tell what another finding would have hidden."""

    kind = "betraying-column"
    label = Text("ほかの列を明かす列", "columns that betray another")
    about = Text(
        "消したり粗くしたりする列の値を、残る列から言い当てられる組（郵便番号と町名、同じ内容の列）、計算で戻せる組（年齢と生年、身長・体重と"
        "BMI）を探します。",
        "Looks for columns from which the values of a column to be hidden can be told (postal code and town, copies), or "
        "computed (age and birth year, height and weight and BMI).",
    )
    standard = 5
    level = "must"
    turn = 3

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        if view.rows < FEWEST:
            return
        hidden = {name for finding in found if finding.standard != 5 for name in finding.columns}  # noqa: PLR2004
        yield from self._told_by_codes(view, hidden)
        yield from self._computed(view, found)

    def _told_by_codes(self, view: View, hidden: set[str]) -> Iterator[Finding]:
        columns = [column for column in view if _can_be_told(column)]
        codes = codes_of(view, columns)
        for target in columns:
            if target.name not in hidden or commonest(codes[target.name]) > _GUESS:
                continue
            for other in columns:
                if other.name in hidden or other.name == target.name:
                    continue
                share = tells(codes[other.name], codes[target.name])
                if share >= TELLS:
                    yield self._found((other.name, target.name), _TOLD, 0.8, f"{share:.0%}")

    def _computed(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        births = [view.column(one.columns[0]) for one in found if one.kind == "birth-date"]
        for birth in births:
            for age in view:
                if age.column.type == "integer" and says(age.header, _AGE) and _is_age(view, age, birth):
                    yield self._found((age.name, birth.name), _FROM_AGE, 0.9)
        numbers = [column for column in view if column.column.type in {"integer", "decimal"}]
        for bmi in (column for column in numbers if says(column.header, _BMI)):
            for height in (column for column in numbers if says(column.header, _HEIGHT)):
                for weight in (column for column in numbers if says(column.header, _WEIGHT)):
                    if _is_bmi(view, height, weight, bmi):
                        yield self._found((bmi.name, height.name, weight.name), _FROM_BMI, 0.95)

    def _found(self, columns: tuple[str, ...], message: Text, confidence: float, share: str = "") -> Finding:
        named = message.fill(one=columns[0], other=columns[1], share=share)
        return Finding(
            self.kind,
            columns,
            self.standard,
            self.level,
            named,
            confidence,
            suggestions=(delete(columns[0], standard=5),),
        )


_TOLD = Text(
    "「{one}」から「{other}」が {share} の行で分かります。後者を粗くしても前者から戻ります。",
    "From '{one}' one can tell '{other}' in {share} of the rows: hiding the second is undone by the first.",
)
_FROM_AGE = Text(
    "「{one}」と「{other}」は互いに計算できます。片方だけを粗くすると、もう片方から戻ります。",
    "'{one}' and '{other}' can be computed from each other: coarsening one is undone by the other.",
)
_FROM_BMI = Text(
    "「{one}」は身長と体重から計算でき、二つから残る一つが戻ります。三つとも粗くするか、一つを除きます。",
    "'{one}' is computed from height and weight; any two give the third. Coarsen all three, or remove one.",
)


def _can_be_told(column: ColumnView) -> bool:
    if column.column.type == "decimal" or not 2 <= column.distinct <= _MOST:  # noqa: PLR2004 - one value tells nothing
        return False
    return column.distinct <= _NEARLY_UNIQUE * column.present


def _is_age(view: View, age: ColumnView, birth: ColumnView) -> bool:
    """Say whether age and year of birth add up to nearly the same year in nearly every row."""
    if birth.column.type not in {"date", "datetime"}:
        return False
    year = exp.alias_(sql.cast(sql.year_of(birth.field.value), "decimal"), "v0")
    years, ages = _pairs(view, [year, _number(age, 1)])
    return adds_up(years, ages)


def _is_bmi(view: View, height: ColumnView, weight: ColumnView, bmi: ColumnView) -> bool:
    heights, weights, indices = _pairs(view, [_number(height, 0), _number(weight, 1), _number(bmi, 2)])
    return is_body_mass_index(heights, weights, indices)


def _number(column: ColumnView, n: int) -> Term:
    return exp.alias_(sql.cast(column.field.value, "decimal"), f"v{n}")


def _pairs(view: View, values: Sequence[Term]) -> list[NDArray[np.float64]]:
    """Fetch numbers side by side, of the rows that have them all."""
    asked = view.relation.select(*values)
    batches = list(view.engine.stream(asked))
    if not batches:
        return [np.empty(0) for _ in values]
    table = pa.Table.from_batches(batches).drop_null()
    return [column.to_numpy() for column in table.columns]
