"""E-mail addresses."""

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

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


class Email(OneColumn):
    """Finds columns of e-mail addresses."""

    kind = "email"
    label = Text("メールアドレス", "e-mail addresses")
    about = Text("「名前@ドメイン」の形の値を探します。", "Looks for values of the form name@domain.")
    standard = 1
    level = "must"
    alone = 0.5
    after = True
    words = ("メール", "mail", "email", "e mail")

    @override
    def has_form(self, text: str) -> bool:
        return _MAIL.fullmatch(plain(text)) is not None

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=1),)
