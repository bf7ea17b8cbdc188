"""Free text, in which anything may stand: names, numbers, telephone numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.widths import plain
from sudare.language import NOTHING, Text
from sudare.profiles import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView

_SENTENCE = re.compile(r"[。、！？]|[a-z]{2,}[.!?](?:\s|$)")
_LONG = 30  # characters; longer cells are hardly categories
_ODD = re.compile(r"[A-Za-z0-9+/=_-]+")  # a code without a space
_MOSTLY = 0.4  # of the characters; vectors and coordinates hold more digits, sentences fewer
_DIFFERENT = 10
_INSIDE = (
    (
        Text("電話番号", "telephone numbers"),
        re.compile(r"0[0-9]{1,4}[-‐−–—ー(][0-9]{1,4}[-‐−–—ー)][0-9]{3,4}|0[789]0[0-9]{8}"),
    ),
    (Text("メールアドレス", "e-mail addresses"), re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    (Text("長い番号", "long numbers"), re.compile(r"[0-9]{7,}")),
    (Text("様・氏の前の名前", "names before 様 or 氏"), re.compile(r"[\u3400-\u9fff々]{2,6}(?:様|氏|さん|殿)")),
)


class FreeText(OneColumn):
    """Finds columns of free text and says what stands inside."""

    kind = "free-text"
    label = Text("自由記述", "free text")
    about = Text(
        "文（句読点のある値）や長い値の列を探し、電話番号、メールアドレス、長い番号、様や氏の前の名前が何件あるかを示します。"
        "文中の名前をすべて見つけることはできないので、列の削除を勧めます。",
        "Looks for columns of sentences or of long values, and counts telephone numbers, e-mail addresses, long numbers and "
        "names before 様 or 氏 in them. Not every name in a text can be found: deleting the column is advised.",
    )
    standard = 1
    level = "must"
    turn = 3
    alone = 0.4
    beside = 0.1
    fewest = _DIFFERENT
    words = (
        "備考",
        "特記",
        "メモ",
        "記録",
        "所見",
        "コメント",
        "摘要",
        "自由",
        "内容",
        "note",
        "notes",
        "memo",
        "comment",
    )
    but = ("有無", "区分", "コード", "番号")

    @override
    def has_form(self, text: str) -> bool:
        if _ODD.fullmatch(text) or sum(map(str.isdigit, text)) > _MOSTLY * len(text):
            return False
        return _SENTENCE.search(text) is not None or len(text) >= _LONG

    @override
    def told(self, column: ColumnView) -> Text:
        said = []
        for what, pattern in _INSIDE:
            hits = column.share(_holding(pattern)).hits
            if hits:
                said.append(Text("{what} {n} 件", "{what} in {n}").fill(what=what, n=shown(hits)))
        if not said:
            return NOTHING
        parts = Text("、".join(one.ja for one in said), ", ".join(one.en for one in said))
        return Text("調べた値の中に{parts}。", "Of the cells looked at: {parts}.").fill(parts=parts)

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=1),)


def _holding(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(plain(text)) is not None
