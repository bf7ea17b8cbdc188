"""Passport numbers."""

from __future__ import annotations

import re

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.language import Text


class Passport(IdentificationCode):
    """Finds columns of passport numbers."""

    kind = "passport"
    label = Text("旅券番号", "passport numbers")
    about = Text(
        "英字2、数字7の番号を探します。会員番号などにも同じ形があるため、見出しがなければ確からしさを下げます。",
        "Looks for two letters and seven digits. Other numbers look so too: without a header it is less sure.",
    )
    form = re.compile(r"[A-Z]{2}[0-9]{7}")
    alone = 0.95
    words = ("旅券", "パスポート", "passport")
