"""Resident record codes (住民票コード)."""

from __future__ import annotations

import re

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.language import Text


class ResidentRecordCode(IdentificationCode):
    """Finds columns of resident record codes."""

    kind = "resident-record-code"
    label = Text("住民票コード", "resident record codes")
    about = Text(
        "見出しが住民票コードを示す11桁の番号を探します。検査用数字は公表されていません。",
        "Looks for eleven digits under a header that says so. No check digit is published.",
    )
    form = re.compile(r"[0-9]{11}")
    words = ("住民票コード", "住民票cd", "juminhyo code", "resident record")
