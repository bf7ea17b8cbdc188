"""Individual numbers (個人番号, My Number), told by the column's share of valid check digits."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.check_digits import is_my_number
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView, Share

_TWELVE = re.compile(r"(?:[0-9]{4}[-‐−–—ー]?){2}[0-9]{4}")
_ENOUGH = 0.8  # random numbers pass one time in ten; of real ones nine in ten pass even where many are mistyped
_FEWEST = 5  # different values: of fewer, chance passes too often


class MyNumber(OneColumn):
    """Finds columns of My Numbers."""

    kind = "my-number"
    label = Text("個人番号（マイナンバー）", "individual numbers (My Number)")
    about = Text(
        "12桁の番号の列のうち、検査用数字が合う値の割合が高いもの（見出しが示せばより低くても）を探します。乱数の12桁は1割しか"
        "合わないので、個人番号とはしません。",
        "Looks for columns of twelve digits of which a large share has the right check digit (a smaller one is enough beside "
        "a header that says so). Of random numbers one in ten has: they are not called My Numbers.",
    )
    standard = 2
    level = "must"
    alone = 0.5
    after = True
    words = ("個人番号", "マイナンバー", "番号カード", "my number", "mynumber", "kojin bango")

    @override
    def has_form(self, text: str) -> bool:
        return _TWELVE.fullmatch(plain(text)) is not None

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        valid = column.share(_is_valid)
        if self.is_named(column.header):
            return True  # the header says so and the form is right: better one question too many
        return valid.hits >= _FEWEST and valid.hits >= _ENOUGH * share.hits

    @override
    def told(self, column: ColumnView) -> Text:
        twelve, valid = column.share(self.has_form), column.share(_is_valid)
        share = f"{valid.hits / twelve.hits:.0%}"
        return Text("検査用数字は {share} で合います。", "The check digit is right in {share}.").fill(share=share)

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=2),)


@functools.lru_cache(maxsize=200_000)
def _is_valid(text: str) -> bool:
    return is_my_number(text)
