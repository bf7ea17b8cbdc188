"""Telephone and fax numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView

_SIGNS = re.compile(r"[-‐−–—ー()]")
_PARTED = re.compile(r"(?:\+81|0)[0-9]{0,4}[-‐−–—ー()]+[0-9]{1,4}[-‐−–—ー()]+[0-9]{3,4}")
_WHOLE = re.compile(r"0(?:[5789]0[0-9]{8}|120[0-9]{6}|[1-9][0-9]{8})")


class Phone(OneColumn):
    """Finds columns of telephone numbers."""

    kind = "phone"
    label = Text("電話番号", "telephone numbers")
    about = Text(
        "0 で始まる 10 桁か 11 桁の番号（区切りの有無、全角を問わない）を探します。",
        "Looks for numbers of 10 or 11 digits that begin with 0, with or without hyphens, in full width too.",
    )
    standard = 1
    level = "must"
    alone = 0.9
    after = True
    words = ("電話", "携帯", "連絡先", "ファクス", "ファックス", "fax", "tel", "phone", "mobile", "telephone")
    but = ("有無", "区分", "回数")

    @override
    def has_form(self, text: str) -> bool:
        folded = plain(text)
        if _PARTED.fullmatch(folded):
            return len(_SIGNS.sub("", folded)) in range(10, 14)
        return _WHOLE.fullmatch(folded) is not None

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=1),)
