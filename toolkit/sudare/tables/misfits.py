"""Collects the cells that do not fit their declared type, and tells them by column, count and row, never by value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.japan.eras import FAULT_NAMES, DateFault
from sudare.language import NOTHING, Text
from sudare.tables.schema import TYPE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Final

    import pyarrow as pa

    from sudare.tables.schema import Column

_SHOWN: Final = 20


class Fault(StrEnum):
    """Why a cell does not fit its declared type; the faults of dates are `DateFault`."""

    not_a_number = "not-a-number"
    not_whole = "not-whole"
    not_a_truth = "not-a-truth"
    too_large = "too-large"
    too_precise = "too-precise"
    infinite = "infinite"
    error_cell = "error-cell"
    no_result = "no-result"
    rounded = "rounded"


Why = Fault | DateFault

_NAMES: Final[dict[Fault, Text]] = {
    Fault.not_a_number: Text("数値として読めません", "not written as a number"),
    Fault.not_whole: Text("整数として読めません", "not written as a whole number"),
    Fault.not_a_truth: Text("真偽として読めません", "not written as true or false"),
    Fault.too_large: Text("大きすぎます", "too large"),
    Fault.too_precise: Text("桁が細かすぎます", "too precise"),
    Fault.infinite: Text("無限大です", "infinite"),
    Fault.error_cell: Text("セルがエラー値です", "the cell is an error value"),
    Fault.no_result: Text("数式の計算結果が保存されていません", "a formula whose result was not saved"),
    Fault.rounded: Text("Excel が16桁目から先を失っています", "Excel has lost what follows the 15th digit"),
}
_AS_TEXT: Final = Text(
    "数として使わない列なら type: text に、欠測の印なら missing: に書いてください。",
    "If it is not used as a number, declare `type: text`; if it marks a missing cell, list it under `missing:`.",
)
_MEND: Final = Text(
    "元のファイルを直すか、欠測の印なら missing: に書いてください。",
    "Mend the file, or list it under `missing:` if it marks a missing cell.",
)
_NOW: Final[dict[Why, Text]] = {
    Fault.not_a_number: _AS_TEXT,
    Fault.not_whole: Text(
        "小数があるなら type: decimal に、欠測の印なら missing: に書いてください。",
        "If there are decimals, declare `type: decimal`; if it marks a missing cell, list it under `missing:`.",
    ),
    Fault.not_a_truth: Text(
        "true/false、1/0、はい/いいえ、有/無、○/× のどれかにするか、type: text にしてください。",
        "Write true/false, 1/0, はい/いいえ, 有/無 or ○/×, or declare `type: text`.",
    ),
    Fault.too_large: Text("番号なら type: text にしてください。", "If it is a code, declare `type: text`."),
    Fault.too_precise: Text(
        "有効数字は15桁、時刻は百万分の1秒までです。丸めるか、番号なら type: text にしてください。",
        "At most 15 significant digits, and microseconds: round it, or declare `type: text` if it is a code.",
    ),
    Fault.error_cell: Text(
        "#N/A などのセルを、Excel で値に直すか空にしてください。", "In Excel, mend cells such as #N/A, or empty them."
    ),
    Fault.no_result: Text(
        "Excel で開いて計算させ、保存し直してください。", "Open it in Excel, let it calculate, and save it again."
    ),
    Fault.rounded: Text(
        "元の番号を文字として入力したファイルを受け取ってください。",
        "Ask for a file in which these codes were entered as text.",
    ),
}


@dataclass
class Rows:
    """How many rows, and the first few of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, rows: Iterable[int], count: int) -> None:
        """Take more rows, in order; only the first few are kept."""
        self.count += count
        for row in rows:
            if len(self.first) == _SHOWN:
                return
            self.first.append(row)

    def told(self, number: Callable[[int], int]) -> Text:
        """Write the row numbers: the first 20, then how many more."""
        shown = [str(number(row)) for row in self.first]
        more = self.count - len(shown)
        rest = Text(" ほか {more} 行", " and {more} more").fill(more=more) if more else NOTHING
        return Text("、".join(shown) + rest.ja, ", ".join(shown) + rest.en)


class Misfits:
    """Every cell of a table that did not fit, by column and reason; memory does not grow with their number."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Take the declared columns."""
        self._columns = columns
        self._found: dict[tuple[int, Why], Rows] = {}

    def add(self, column: int, why: Why, rows: pa.Array, base: int) -> None:
        """Take the cells of one column that misfit for one reason, by position in a batch that begins at `base`."""
        kept = self._found.setdefault((column, why), Rows())
        kept.add((base + row for row in rows.slice(0, _SHOWN).to_pylist()), len(rows))

    def problems(self, number: Callable[[int], int]) -> list[Problem]:
        """Tell all of them in the order of the columns; `number` turns a position into the number a person sees."""
        return [
            self._told(column, why, self._found[column, why], number)
            for column, why in sorted(self._found, key=lambda key: (key[0], str(key[1])))
        ]

    def _told(self, index: int, why: Why, rows: Rows, number: Callable[[int], int]) -> Problem:
        column = self._columns[index]
        what = Text(
            "列「{name}」の {count} 行が{type}ではありません（{why}）: 行 {rows}。",
            "column '{name}': {count} rows are not of type {type} ({why}): rows {rows}.",
        ).fill(
            name=column.called, count=rows.count, type=TYPE_NAMES[column.type], why=_name(why), rows=rows.told(number)
        )
        return Problem("misfit", f"input.columns[{index}]", what, _NOW.get(why, _MEND))


def _name(why: Why) -> Text:
    return _NAMES[why] if isinstance(why, Fault) else FAULT_NAMES[why]


def misfit_rows(what: Text, rows: Sequence[int], now: Text) -> Problem:
    """Tell rows that do not fit as a whole; `rows` are the numbers a person sees."""
    kept = Rows()
    kept.add(rows[:_SHOWN], len(rows))
    told = what.fill(count=kept.count, rows=kept.told(lambda row: row))
    return Problem("misfit", "input", told, now)
