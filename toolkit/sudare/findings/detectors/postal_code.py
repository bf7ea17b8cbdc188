"""Postal codes, which name a neighbourhood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.finding import Suggestion
from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.view import ColumnView, Share

_POSTAL = re.compile(r"〒?[0-9]{3}[-‐−–—ー]?[0-9]{4}")
_HYPHENED = re.compile(r"〒?[0-9]{3}[-‐−–—ー][0-9]{4}")
_ALL_BUT_FEW = 0.9


class PostalCode(OneColumn):
    """Finds columns of postal codes."""

    kind = "postal-code"
    label = Text("郵便番号", "postal codes")
    about = Text(
        "3桁と4桁の番号を探します。町名まで分かるため、住所を粗くしても郵便番号から戻ります。",
        "Looks for numbers of three and four digits. They tell the neighbourhood: an address made coarser comes back from "
        "them.",
    )
    standard = 1
    level = "should"
    alone = 0.9
    words = ("郵便", "〒", "zip", "postal", "postcode", "zipcode")

    @override
    def has_form(self, text: str) -> bool:
        return _POSTAL.fullmatch(plain(text)) is not None

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        if self.is_named(column.header):
            return True
        return column.share(lambda text: _HYPHENED.fullmatch(plain(text)) is not None).share >= _ALL_BUT_FEW

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        cut = {"technique": "truncate-code", "columns": [column.name], "keep": 3, "form": "postal", "standards": [1]}
        when = Text("上3桁の区域で足りるとき", "when the area of the first three digits is enough")
        return (delete(column.name, standard=1), Suggestion(cut, when))
