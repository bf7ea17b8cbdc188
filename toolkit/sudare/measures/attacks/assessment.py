"""Attacks on an output beside its original, and beside an earlier delivery, for the analyst at the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sudare.errors import Problem, UsageError
from sudare.language import Text
from sudare.measures.attacks.attribute_inference import EXPLAINED as INFERENCE
from sudare.measures.attacks.attribute_inference import Inference, attribute_inference
from sudare.measures.attacks.differencing import EXPLAINED as DIFFERENCING
from sudare.measures.attacks.differencing import Differencing, differencing
from sudare.measures.attacks.facing import facing
from sudare.measures.attacks.interval_disclosure import EXPLAINED as INTERVAL
from sudare.measures.attacks.interval_disclosure import IntervalDisclosure, interval_disclosure
from sudare.measures.attacks.points import EXPLAINED as POINTS
from sudare.measures.attacks.points import Points, unique_points
from sudare.measures.attacks.record_linkage import EXPLAINED as LINKAGE
from sudare.measures.attacks.record_linkage import Linkage, record_linkage
from sudare.measures.attacks.singling_out import EXPLAINED as SINGLING_OUT
from sudare.measures.attacks.singling_out import SinglingOut, singling_out
from sudare.measures.kernel.beside import encode_both
from sudare.measures.kernel.encoding import Column, encode
from sudare.measures.utility.alignment import aligned
from sudare.measures.utility.comparison import hidden_cells
from sudare.measures.utility.sides import sides, texts
from sudare.measures.utility.two_tables import read_two
from sudare.tables.schema import same_name
from sudare.tables.table import describe_input, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from sudare.measures.attacks.facing import Facing
    from sudare.measures.kernel.encoding import Whole
    from sudare.measures.question import Question
    from sudare.measures.utility.sides import Sides
    from sudare.tables.table import Given


@dataclass(frozen=True)
class Attacks:
    """What attacks on an output beside its original found; None where an attack was not asked for or not possible."""

    linkage: Linkage | None = None
    inference: Inference | None = None
    singling_out: SinglingOut | None = None
    interval: IntervalDisclosure | None = None

    def best(self) -> tuple[Text, float] | None:
        """Return the attack that succeeds with most people, and with what share of them.

        Of inference it is the share whose value is certain and right: a majority guessed rightly is no certainty.
        """
        found = [
            (LINKAGE.label, None if self.linkage is None else self.linkage.success),
            (INFERENCE.label, None if self.inference is None else self.inference.certain_right),
        ]
        there = [(label, share) for label, share in found if share is not None]
        return max(there, key=lambda one: one[1], default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys; null where an attack was not asked for or not possible."""
        return {name: found and found.to_dict() for name, found in vars(self).items()}

    def lines(self) -> Iterator[tuple[Text, Text]]:
        """Return a line for each attack."""
        if (link := self.linkage) is not None:
            yield LINKAGE.label, _LINKED.fill(hits=_percent(link.success), alone=_percent(link.unique))
        if (told := self.inference) is not None:
            shares = {name: _percent(getattr(told, name)) for name in ("right", "baseline", "certain")}
            yield INFERENCE.label, _INFERRED.fill(name=told.column, **shares)
        if (one := self.singling_out) is not None:
            counts = {"n": f"{one.total(1):,}", "m": f"{one.total(2):,}", "people": f"{one.isolated:,}"}
            yield SINGLING_OUT.label, _ISOLATED.fill(**counts)
        if (close := self.interval) is not None:
            yield INTERVAL.label, _CLOSE.fill(width=f"{close.width:.0%}", share=_percent(close.share))


@dataclass(frozen=True)
class Assessed:
    """What was asked beyond the table itself: attacks beside an original, beside an earlier delivery, and by points."""

    attack: Attacks | None = None
    differencing: Differencing | None = None
    points: Points | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `attack`, `differencing` and `points`; null where not asked."""
        return {name: found and found.to_dict() for name, found in vars(self).items()}

    def best(self) -> tuple[Text, Text] | None:
        """Return the assumed reader's best attack as a line, where one was measured."""
        found = None if self.attack is None else self.attack.best()
        if found is None:
            return None
        label, share = found
        return _BEST, Text("{label} {share}", "{label} {share}").fill(label=label, share=_percent(share))

    def lines(self) -> list[tuple[Text, Text]]:
        """Return the rest, line by line, and where such an assessment belongs."""
        told = [] if self.attack is None else [*self.attack.lines(), (_ABOUT, PLACE)]
        if (gap := self.differencing) is not None:
            numbers = {"k": gap.k, "classes": f"{gap.classes:,}", "people": f"{gap.people:,}"}
            told.append((DIFFERENCING.label, _TAKEN.fill(**numbers)))
        if (point := self.points) is not None:
            told.append((POINTS.label, _POINTS.fill(k=point.k, share=_percent(point.share))))
        return told


@dataclass(frozen=True)
class Asked:
    """What `risk` is asked beyond the table itself. Refuses what cannot be meant, all at once."""

    question: Question
    original: Given | None = None
    id: str | None = None
    earlier: Given | None = None
    points: int | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without the tables. Raises `UsageError`."""
        if problems := tuple(self._problems()):
            raise UsageError(problems)

    def _problems(self) -> Iterator[Problem]:
        if self.id is not None and self.original is None:
            yield Problem("id-without-original", "id", _NO_ORIGINAL, _WITH_ORIGINAL)
        known = {same_name(name) for name in (*self.question.qi, self.question.sensitive) if name is not None}
        if self.id is not None and same_name(self.id) in known:
            yield Problem("id-among-columns", "id", _ID_KNOWN)
        if self.points is not None and self.question.unit is None:
            yield Problem("points-without-unit", "points", _NO_UNIT, _NAME_UNIT)
        if self.points is not None and self.points < 1:
            yield Problem("bad-value", "points", Text("1 以上にしてください。", "it must be at least 1."))


def assess(  # noqa: PLR0913 - a table, what is asked of it, and how it is to be read, each by name
    output: Given,
    asked: Asked,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> Assessed:
    """Attack a processed table by what was asked.

    With an `original`, both tables are read into memory, and the quasi-identifiers (and the sensitive column) must
    stand in both; linkage and interval disclosure need an `id` that tells the records of both apart, inference a
    sensitive column. With an `earlier` delivery, the quasi-identifiers that it has are compared, in people where it
    has the unit. Errors: as `read`; `missing-column`, `missing-id`, `repeated-id`, `no-common-id`,
    `id-without-original`, `id-among-columns`, `points-without-unit`.
    """
    how: dict[str, Any] = {"sheet": sheet, "encoding": encoding, "delimiter": delimiter, "header_row": header_row}
    attack = None if asked.original is None else _beside_original(asked.original, output, asked, how)
    if asked.earlier is None and asked.points is None:
        return Assessed(attack)
    table = _stored(output, how)
    gap = None if asked.earlier is None else _beside_earlier(table, _stored(asked.earlier, how), asked.question)
    return Assessed(attack, gap, None if asked.points is None else _by_points(table, asked.question, asked.points))


def _stored(given: Given, how: dict[str, Any]) -> pa.Table:
    return read(given, describe_input(given, **how)).data


# ------------------------------------------------------------------ beside the original


def _beside_original(original: Given, output: Given, asked: Asked, how: dict[str, Any]) -> Attacks:
    question = asked.question
    named = [("qi", name) for name in question.qi]
    named += [("sensitive", question.sensitive)] if question.sensitive is not None else []
    two = read_two(original, output, id_column=asked.id, asked=named, **how)
    names = list(dict.fromkeys(same_name(name) for _, name in named))
    qi = names[: len({same_name(name) for name in question.qi})]
    rows = None if two.ids is None else aligned(texts(two.ids[0]), texts(two.ids[1]))
    marks = hidden_cells(two.before, two.after, names)
    both = {name: sides(name, two.before[name], two.after[name], marks[name], rows) for name in names}
    faces = {name: facing(one, two.before[name], two.after[name], rows) for name, one in both.items()}
    return Attacks(
        linkage=None if rows is None else record_linkage([faces[n].of(rows[0]) for n in qi], rows[1]),
        inference=_inferred(faces, qi, names[len(qi) :]),
        singling_out=_singled_out([both[name] for name in qi], _unit(asked, two.after, two.ids)),
        interval=None if rows is None else _near(both.values(), rows),
    )


def _inferred(faces: dict[str, Facing], qi: Sequence[str], sensitive: Sequence[str]) -> Inference | None:
    return attribute_inference([faces[n] for n in qi], faces[sensitive[0]]) if sensitive else None


def _near(both: Iterable[Sides], rows: tuple[Whole, Whole]) -> IntervalDisclosure | None:
    numbers = {
        one.name: (one.before.numbers[rows[0]], one.after.numbers[rows[1]]) for one in both if one.read == "numbers"
    }
    return interval_disclosure(numbers) if numbers else None


def _unit(asked: Asked, after: pa.Table, ids: tuple[pa.ChunkedArray, pa.ChunkedArray] | None) -> Column | None:
    unit = asked.question.unit
    if unit is None:
        return None
    if ids is not None and asked.id is not None and same_name(unit) == same_name(asked.id):
        return encode(unit, ids[1])
    return encode(unit, after[same_name(unit)])


def _singled_out(both: Sequence[Sides], unit: Column | None) -> SinglingOut:
    """Describe the records of the output; a hidden cell counts like a missing one."""
    columns = [_shown(one) for one in both]
    return singling_out(columns, ordered={one.name for one in both if one.read == "numbers"}, unit=unit)


def _shown(column: Sides) -> Column:
    side = column.after
    gone = side.missing | side.hidden
    values, codes = np.unique(side.values[~gone], return_inverse=True)
    whole = np.full(len(side), len(values), np.int32)
    whole[~gone] = codes.reshape(-1)
    return Column(column.name, whole, len(values) + 1, len(values))


# ------------------------------------------------------------------ beside an earlier delivery, and alone


def _beside_earlier(later: pa.Table, earlier: pa.Table, question: Question) -> Differencing:
    common = [name for name in map(same_name, question.qi) if name in earlier.column_names]
    if not common:
        raise UsageError(Problem("missing-column", "earlier", _NOTHING_COMMON))
    columns = [encode_both(name, texts(later[name]), texts(earlier[name])) for name in dict.fromkeys(common)]
    unit = None if question.unit is None else same_name(question.unit)
    units = None
    if unit is not None and unit in earlier.column_names:
        units = encode(unit, later[unit]), encode(unit, earlier[unit])
    return differencing(columns, later.num_rows, question.k, units=units)


def _by_points(table: pa.Table, question: Question, k: int) -> Points:
    names = dict.fromkeys(same_name(name) for name in question.qi)
    columns = [encode(name, texts(table[name]), in_order=True) for name in names]
    unit = same_name(question.unit or "")
    return unique_points(columns, encode(unit, texts(table[unit]), in_order=True), k)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


PLACE: Final = Text(
    "この評価は、加工する人が、提供の前に、割合を知るために行うものです。提供した情報を、誰のことかを知るために"
    "ほかの情報と照合してはいけません。",
    "An assessment made before delivery, by those who process, to learn shares. What was delivered must not be matched "
    "with other information to find out who somebody is.",
)
_ABOUT: Final = Text("この評価について", "about this assessment")
_BEST: Final = Text("想定する閲覧者の最良の攻撃", "the assumed reader's best attack")
_LINKED: Final = Text("的中 {hits}、一件だけ最も近い {alone}", "right {hits}, alone nearest {alone}")
_INFERRED: Final = Text(
    "「{name}」の的中 {right}（当て推量 {baseline}）、確実に分かる {certain}",
    "'{name}' right {right} (by guessing {baseline}), certain {certain}",
)
_ISOLATED: Final = Text(
    "一列で {n} 通り、二列で {m} 通り、当たる人 {people}",
    "{n} descriptions by one column, {m} by two; {people} people",
)
_CLOSE: Final = Text("標準偏差の {width} 以内 {share}", "within {width} of a standard deviation {share}")
_TAKEN: Final = Text(
    "人数の差が {k} 未満の組 {classes}、{people} 人", "{classes} classes differ by fewer than {k}; {people} people"
)
_POINTS: Final = Text("{k} 点で {share}", "{share} by {k} points")
_NO_ORIGINAL: Final = Text("original がないので、id は使いません。", "without an `original`, `id` has no use.")
_WITH_ORIGINAL: Final = Text(
    "加工前の表を original に指定してください。", "Name the table before processing as `original`."
)
_ID_KNOWN: Final = Text(
    "id の列は、qi にも sensitive にも入れません。",
    "the column of the IDs must be neither in `qi` nor the sensitive one.",
)
_NO_UNIT: Final = Text(
    "unit がないので、誰の点か分かりません。", "without a `unit` it is not known whose the points are."
)
_NAME_UNIT: Final = Text("人を表す列を unit に指定してください。", "Name the column that says who is who as `unit`.")
_NOTHING_COMMON: Final = Text(
    "前回の提供に、qi の列が一つもありません。", "the earlier delivery has none of the columns of `qi`."
)
