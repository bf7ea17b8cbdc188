"""Codes that link registers: numbers that a header calls so, and columns in which almost every value is another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding
from sudare.findings.header import says
from sudare.findings.usual_steps import delete, pseudonymize
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings.view import ColumnView, View

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/:.#-]*")
_DECIMAL = re.compile(r"-?[0-9]*\.[0-9]+")
_CALLED = (
    *(
        "管理番号",
        "宛名番号",
        "世帯番号",
        "学籍番号",
        "会員番号",
        "会員id",
        "受付番号",
        "整理番号",
        "患者番号",
        "カルテ番号",
    ),
    *(
        "レセプト番号",
        "個人コード",
        "宛名コード",
        "識別番号",
        "顧客番号",
        "登録番号",
        "職員番号",
        "社員番号",
        "台帳番号",
        "通番",
    ),
    *(
        "連番",
        "行番号",
        "id",
        "uid",
        "uuid",
        "guid",
        "rownames",
        "rowid",
        "row",
        "subject",
        "household",
        "family",
        "serial",
    ),
)
_BUT = ("有無", "区分", "size", "type", "人数", "名称", "income", "status")
_PERSON = ("uid", "subject", "user id", "subject id", "person id", "patient id", "管理番号", "宛名番号", "個人コード")
_MOST = 0.8  # of the cells have the form of a code
_SAME_LENGTH = 0.95
_NEARLY_UNIQUE = 0.95  # different values among the cells
_FEWEST = 30  # cells, before "almost every value is another" means something
_SOME = 20  # different values of a code that a header names in general words
_SHORT = 3  # characters


class LinkingCode(Detector):
    """Finds codes that link this table with other registers, or a person's rows with one another."""

    kind = "linking-code"
    label = Text("連結する符号", "linking codes")
    about = Text(
        "見出しが番号やIDを示す符号の列と、ほとんどの行で値が違う、桁のそろった符号の列を探します。小数や桁のそろわない数（金額など）は"
        "符号としません。現に台帳を結んでいるかどうかは、人が確かめます。",
        "Looks for codes under a header that says number or ID, and for codes of one length of which almost every row has "
        "another. Decimals, and numbers of differing lengths such as amounts, are none. Whether it links registers in use "
        "is for a person to say.",
    )
    standard = 3
    level = "must"

    @override
    def look(self, view: View, found: Sequence[Finding]) -> Iterator[Finding]:
        taken = {name for finding in found for name in finding.columns}
        for column in view:
            if column.name in taken or not column.present:
                continue
            named = _is_called_so(column)
            if not (named or _is_nearly_unique(column)):
                continue
            different = f"{column.distinct / column.present:.0%}"
            by_both = Text(
                "見出しが符号を示し、{share} の値が互いに違います。",
                "The header says so; {share} of the values differ.",
            )
            by_cells = Text(
                "桁のそろった符号で、{share} の値が互いに違います。", "Codes of one length; {share} of them differ."
            )
            yield Finding(
                self.kind,
                (column.name,),
                self.standard,
                self.level,
                (by_both if named else by_cells).fill(share=different),
                confidence=0.9 if named else 0.7,
                count=column.present,
                share=column.distinct / column.present,
                suggestions=(delete(column.name, standard=3), pseudonymize(column.name, standard=3)),
            )


def _is_called_so(column: ColumnView) -> bool:
    if not says(column.header, _CALLED, _BUT) or column.share(_is_code).share < _MOST:
        return False
    return column.distinct >= (2 if says(column.header, _PERSON) else _SOME)


def _is_nearly_unique(column: ColumnView) -> bool:
    if column.present < _FEWEST or column.distinct < _NEARLY_UNIQUE * column.present:
        return False
    if column.column.type == "integer":
        return _runs_on(column)
    if column.column.type != "text" or column.share(_is_code).share < _MOST:
        return False
    lengths: dict[int, int] = {}
    for text, size in column.sample:
        lengths[len(text)] = lengths.get(len(text), 0) + size
    length, most = max(lengths.items(), key=lambda pair: pair[1])
    return length >= _SHORT and most >= _SAME_LENGTH * sum(lengths.values())


def _runs_on(column: ColumnView) -> bool:
    """Say whether whole numbers run on without a gap, as the numbers of rows do."""
    value = column.field.value
    ends = [
        exp.alias_(sql.furthest(value.copy(), largest=largest), name) for largest, name in ((False, "a"), (True, "b"))
    ]
    [row] = column.view.engine.ask(column.view.relation.select(*ends))
    return bool(row["b"] - row["a"] + 1 == column.distinct)


def _is_code(text: str) -> bool:
    folded = plain(text)
    return _CODE.fullmatch(folded) is not None and not _DECIMAL.fullmatch(folded)
