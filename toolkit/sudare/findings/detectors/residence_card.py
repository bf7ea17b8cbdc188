"""Numbers of residence cards and special permanent resident certificates."""

from __future__ import annotations

import re

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.language import Text


class ResidenceCard(IdentificationCode):
    """Finds columns of residence card numbers."""

    kind = "residence-card"
    label = Text("在留カード等の番号", "residence card numbers")
    about = Text(
        "英字2、数字8、英字2の番号を探します。検査用数字は公表されていません。",
        "Looks for two letters, eight digits, two letters. No check digit is published.",
    )
    form = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")
    alone = 0.8
    after = True
    words = ("在留カード", "特別永住者証明", "residence card")
