"""One column's facts as short texts, for a table on a screen."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.tables.schema import TYPE_NAMES

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.profiles.facts import ColumnFacts

HEADS: Final = (
    Text("列", "column"),
    Text("型", "type"),
    Text("欠測", "missing"),
    Text("型違い", "misfits"),
    Text("種類", "distinct"),
    Text("一意", "unique"),
    Text("エントロピー", "entropy"),
    Text("長さ", "length"),
    Text("範囲・多い値", "range, frequent values"),
    Text("多い形", "frequent form"),
)
_FEW: Final = 3  # values on one line; all are in the JSON
_NAME: Final = 24  # characters of a name or a form on a line
_VALUE: Final = 12
_MORE: Final = "…"


def row_of(column: ColumnFacts, lang: Language) -> list[str]:
    """Return one column as a row of texts."""
    lengths, between = column.lengths, " – "
    if column.type in {"text", "boolean"}:
        held = ", ".join(f"{one_line(one.what, _VALUE)} {one.count}" for one in column.frequent[:_FEW])
    else:
        held = between.join(dict.fromkeys(bar.label.pick(lang) for bar in (*column.bins[:1], *column.bins[-1:])))
    return [
        one_line(column.name),
        TYPE_NAMES[column.type].pick(lang),
        _number(column.missing),
        _number(column.misfits),
        _number(column.distinct),
        f"{column.unique_share:.1%}",
        f"{column.entropy:.2f}",
        "" if lengths is None else between.join(dict.fromkeys((str(lengths.shortest), str(lengths.longest)))),
        held,
        one_line(column.patterns[0].what) if column.patterns else "",
    ]


def one_line(text: str, most: int = _NAME) -> str:
    r"""Return a name or a value so that it fits on a line: no control characters, which a screen would obey.

    >>> one_line("一行目\n二行目")
    '一行目 二行目'
    """
    plain = "".join(" " if unicodedata.category(sign)[0] in {"C", "Z"} and sign != "　" else sign for sign in text)
    return plain if len(plain) <= most else plain[:most] + _MORE


def _number(count: int | str) -> str:
    return count if isinstance(count, str) else f"{count:,}"
