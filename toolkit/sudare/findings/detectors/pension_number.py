"""Basic pension numbers."""

from __future__ import annotations

import re

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.language import Text


class PensionNumber(IdentificationCode):
    """Finds columns of basic pension numbers."""

    kind = "pension-number"
    label = Text("基礎年金番号", "basic pension numbers")
    about = Text(
        "見出しが年金番号を示す10桁（4桁と6桁）の番号を探します。検査用数字は公表されていません。",
        "Looks for ten digits (four and six) under a header that says so. No check digit is published.",
    )
    form = re.compile(r"[0-9]{4}[-‐−–—ー]?[0-9]{6}")
    words = ("年金番号", "基礎年金", "pension number", "pension no")
