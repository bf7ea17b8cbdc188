"""Numbers of health and long-term care insurance: insurer, symbol, number, branch."""

from __future__ import annotations

import re

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.language import Text


class InsuranceNumber(IdentificationCode):
    """Finds columns of numbers on insurance cards."""

    kind = "insurance-number"
    label = Text("保険証の番号等", "numbers of insurance cards")
    about = Text(
        "見出しが被保険者番号、保険者番号、記号・番号、枝番を示す番号を探します。番号の形だけでは、ほかの番号と区別できません。",
        "Looks for numbers under a header that says insured person, insurer, symbol and number, or branch. The form alone "
        "does not tell them from other numbers.",
    )
    form = re.compile(r"[^\s0-9]{0,6}[-‐−–—ー・･]?[0-9]{1,10}(?:[-‐−–—ー・･][0-9]{1,10}){0,3}")
    words = (
        *("被保険者番号", "保険者番号", "保険証", "記号番号", "記号・番号", "資格確認書番号", "受給者番号", "被保番号"),
        *("insured number", "insurer number", "insurance number", "insurance no"),
    )
    but = ("有無", "区分")
