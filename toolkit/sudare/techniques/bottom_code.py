"""ボトムコーディング: gather small values under one label."""

from __future__ import annotations

from typing import Literal

from typing_extensions import override

from sudare.engines.predicates import Given
from sudare.language import Text
from sudare.models import Model, Words, field
from sudare.techniques.coding import Coding, Thresholds
from sudare.techniques.technique import Example


class BottomStrata(Model):
    """Thresholds of their own for the values of one column, such as one per grade."""

    column: Words = field(Text("層の列", "column"), role="column")
    at_most: dict[Given, Given] = field(
        Text("層ごとのしきい値", "at most"),
        Text("層の値: しきい値。", "The stratum: its threshold."),
        min_length=1,
        private=True,
    )


class BottomCode(Coding):
    """Gather small values under one label, such as 身長 into 140cm以下 (guideline 2017-03, table 1, p. 16)."""

    law = "table1/top-bottom-coding"
    label = Text("ボトムコーディング", "bottom coding")
    about = Text(
        "しきい値以下の値を「140cm以下」のような一つの札にまとめます。特に小さい値で人を見つけられなくなり、その中の差は失われます。"
        "列は文字になり、ほかの値は数字の文字のまま残ります。欠測は欠測のままです。",
        "Gathers the values up to a threshold under one label such as 140cm以下, so that nobody stands out by a small "
        "value; differences among them are lost. The column becomes text, other numbers staying as digits. Missing "
        "stays missing.",
    )
    promise = Text(
        "しきい値以下の値は残らず、まとめた組は最少人数以上です。",
        "No value up to the threshold is left, and gathered groups have the minimum of people.",
    )
    example = Example(
        types={"学年": "text", "身長": "decimal"},
        before=[("1", "98.5"), ("1", "105"), ("1", "110.2"), ("1", None), ("2", "104"), ("2", "121.5"), ("3", "99")],
        step={
            "technique": "bottom-code",
            "columns": ["身長"],
            "at_most": "100",
            "per": {"column": "学年", "at_most": {"2": "105"}},
            "minimum_group": 2,
            "if_smaller": "merge",
            "standards": [5],
            "because": "本ファイルで少数",
        },
        after_names=["学年", "身長"],
        after=[
            ("1", "105cm以下"),
            ("1", "105cm以下"),
            ("1", "110.2"),
            ("1", None),
            ("2", "121.5cm以下"),
            ("2", "121.5cm以下"),
            ("3", "*"),
        ],
        units={"身長": "cm"},
    )
    largest = False
    placeholder = "{at_most}"
    words = ("以下", "以前")

    technique: Literal["bottom-code"] = field(Text("手法", "technique"))
    at_most: Given = field(
        Text("しきい値", "at most"), Text("この値までをまとめます。", "Values up to this one are gathered.")
    )
    per: BottomStrata | None = field(
        Text("層ごとのしきい値", "per"),
        Text(
            "書いていない層と欠測は、上のしきい値。", "Strata not listed, and missing ones, use the general threshold."
        ),
        default=None,
    )

    @override
    def thresholds(self) -> Thresholds:
        """Where coding starts."""
        return Thresholds(self.at_most, self.per.column if self.per else None, self.per.at_most if self.per else {})
