"""トップコーディング: gather large values under one label."""

from __future__ import annotations

from typing import Literal

from typing_extensions import override

from sudare.engines.predicates import Given
from sudare.language import Text
from sudare.models import Model, Words, field
from sudare.techniques.coding import Coding, Thresholds
from sudare.techniques.technique import Example


class TopStrata(Model):
    """Thresholds of their own for the values of one column, such as one per grade."""

    column: Words = field(Text("層の列", "column"), role="column")
    at_least: dict[Given, Given] = field(
        Text("層ごとのしきい値", "at least"),
        Text("層の値: しきい値。", "The stratum: its threshold."),
        min_length=1,
        private=True,
    )


class TopCode(Coding):
    """Gather large values under one label: 116歳 becomes 90歳以上 (2017-03, table 1, p. 16; 3-2-4 case 2, p. 13)."""

    law = "table1/top-bottom-coding"
    label = Text("トップコーディング", "top coding")
    about = Text(
        "しきい値以上の値を「90歳以上」のような一つの札にまとめます。特に大きい値で人を見つけられなくなり、その中の差は失われます。"
        "列は文字になり、ほかの値は数字の文字のまま残ります。欠測は欠測のままです。",
        "Gathers the values from a threshold up under one label such as 90歳以上, so that nobody stands out by a large "
        "value; differences among them are lost. The column becomes text, other numbers staying as digits. Missing "
        "stays missing.",
    )
    promise = Text(
        "しきい値以上の値は残らず、まとめた組は最少人数以上です。",
        "No value from the threshold up is left, and gathered groups have the minimum of people.",
    )
    example = Example(
        types={"年齢": "integer"},
        before=[("89",), ("90",), ("116",), (None,)],
        step={
            "technique": "top-code",
            "columns": ["年齢"],
            "at_least": "90",
            "standards": [4],
            "because": "著しい高齢は珍しい",
        },
        after_names=["年齢"],
        after=[("89",), ("90歳以上",), ("90歳以上",), (None,)],
        units={"年齢": "歳"},
    )
    largest = True
    placeholder = "{at_least}"
    words = ("以上", "以降")

    technique: Literal["top-code"] = field(Text("手法", "technique"))
    at_least: Given = field(
        Text("しきい値", "at least"), Text("この値からまとめます。", "Values from this one up are gathered.")
    )
    per: TopStrata | None = field(
        Text("層ごとのしきい値", "per"),
        Text(
            "書いていない層と欠測は、上のしきい値。", "Strata not listed, and missing ones, use the general threshold."
        ),
        default=None,
    )

    @override
    def thresholds(self) -> Thresholds:
        """Where coding starts."""
        return Thresholds(self.at_least, self.per.column if self.per else None, self.per.at_least if self.per else {})
