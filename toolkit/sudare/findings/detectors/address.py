"""Addresses that go on beyond the municipality."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.finding import Suggestion
from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.addresses import Unresolved, resolve
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.view import ColumnView

_FINER = re.compile(r"[0-9〇一二三四五六七八九十]+(?:丁目|番|号|の|[-‐−–—ー]|$)|番地|丁目|大字|字")
_LATIN = re.compile(
    r"\d+[\w .'-]* (?:St|Street|Ave|Avenue|Rd|Road|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct)\b", re.IGNORECASE
)


class Address(OneColumn):
    """Finds columns of addresses."""

    kind = "address"
    label = Text("住所", "addresses")
    about = Text(
        "市区町村で始まり、その先（町名、番地、号）が続く値を探します。市区町村だけの列は住所としません。",
        "Looks for values that begin with a municipality and go on (street, block, house). A column of municipalities alone "
        "is none.",
    )
    standard = 1
    level = "must"
    alone = 0.5
    after = True
    words = ("住所", "居所", "所在地", "送付先", "本籍", "住居", "現住", "address", "addr", "street")
    but = ("コード", "有無", "mail", "ip", "mac", "email")

    @override
    def has_form(self, text: str) -> bool:
        return _is_address(text)

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        cut = {
            "technique": "address-to-municipality",
            "columns": [column.name],
            "ambiguous": "suppress",
            "unresolved": "suppress",
            "standards": [1],
        }
        when = Text("市区町村まで使うとき", "when the municipality is used")
        return (Suggestion(cut, when), delete(column.name, standard=1))


@functools.lru_cache(maxsize=100_000)
def _is_address(text: str) -> bool:
    folded = plain(text)
    if folded.isascii():
        return _LATIN.search(text) is not None
    return _FINER.search(folded) is not None and not isinstance(resolve(text), Unresolved)
