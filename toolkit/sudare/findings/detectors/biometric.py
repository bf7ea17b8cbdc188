"""Biometric data: features of a face, fingerprints, sequences of DNA, as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView

_DNA = re.compile(r"[ACGTUNacgtun\s]{30,}")
_VECTOR = re.compile(r"[\[({]?\s*(?:-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?[\s,;]+){15,}-?[0-9.eE+-]+\s*[\])}]?")
_BASE64 = re.compile(r"(?:data:[a-z/]+;base64,)?[A-Za-z0-9+/]{200,}={0,2}")


class Biometric(OneColumn):
    """Finds columns of biometric features."""

    kind = "biometric"
    label = Text("生体情報（個人識別符号）", "biometric data")
    about = Text(
        "塩基配列、数値の並び（特徴量）、長い base64 の文字列を探します。黙って通すことはありません。",
        "Looks for sequences of DNA, long lists of numbers (feature vectors) and long base64 texts. None passes in silence.",
    )
    standard = 2
    level = "must"
    alone = 0.5
    beside = 0.1
    after = True
    words = (
        *(
            "顔特徴",
            "顔認証",
            "顔画像",
            "指紋",
            "掌紋",
            "虹彩",
            "声紋",
            "静脈",
            "歩容",
            "塩基配列",
            "遺伝子",
            "dna",
            "生体",
        ),
        *("fingerprint", "iris", "embedding", "face vector", "voiceprint"),
    )
    but = ("有無", "区分", "検査日", "判定")

    @override
    def has_form(self, text: str) -> bool:
        return any(form.fullmatch(text) for form in (_DNA, _VECTOR, _BASE64))

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=2),)
