"""Numbers of driving licences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.by_form_and_header import IdentificationCode
from sudare.japan.check_digits import is_licence_number
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.view import ColumnView, Share

_ENOUGH = 0.9  # of random numbers one in eleven passes
_FEWEST = 20  # different values


class DrivingLicence(IdentificationCode):
    """Finds columns of driving licence numbers."""

    kind = "driving-licence"
    label = Text("運転免許証の番号", "driving licence numbers")
    about = Text(
        "12桁の番号で、見出しが免許証を示すか、11桁目の検査用数字（非公式）が9割以上で合うものを探します。",
        "Looks for twelve digits under a header that says licence, or whose eleventh digit (an unofficial rule) is right in "
        "nine of ten.",
    )
    form = re.compile(r"[0-9]{12}")
    alone = 0.9
    words = ("免許証番号", "免許番号", "運転免許", "driving licence", "driver license", "licence no", "license no")

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        if self.is_named(column.header):
            return True
        right = column.share(is_licence_number)
        return len(column.sample) >= _FEWEST and right.hits >= _ENOUGH * share.hits
