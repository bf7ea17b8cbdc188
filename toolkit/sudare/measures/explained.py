"""What a measure says about itself to a reader: its name, two plain sentences, when it is valid, where it comes from."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final, NamedTuple

from sudare.language import NOTHING, Text


class Explained(NamedTuple):
    """A measure's name, what it means for a reader who is no statistician, and its source.

    `valid` says on which tables the number means that, `missing` what an empty cell counts as.
    """

    label: Text
    about: Text
    source: str
    valid: Text = NOTHING
    missing: Text = NOTHING


# ------------------------------------------------------------------ what several measures say

AS_OBSERVED: Final = Text(
    "値が元のままか、粗くしただけの表で使えます。ノイズや入れ替えの後では、同じ組合せの人が本当に同じとは限りません。",
    "For tables whose values are as observed, or coarser. After noise or swaps, people who look alike may not be.",
)
AS_SAMPLED: Final = Text(
    "母集団から無作為に抽出した表で、重みが正しいときに使えます。ノイズや入れ替えの後では使えません。",
    "For random samples with true weights. Not after noise or swaps.",
)
AS_COARSENED: Final = Text(
    "値を粗くしたり隠したりした表で使えます。ノイズや入れ替えによる違いは、この数には表れません。",
    "For tables that were coarsened or suppressed. What noise and swaps change does not show in it.",
)
OF_ITS_OWN: Final = Text("空欄は一つの値として数えます。", "A missing cell counts as a value of its own.")
HIDDEN_IS_A_VALUE: Final = Text(
    "空欄は一つの値として数えます。隠したセルも、空欄とは別の一つの値として数えます。",
    "A missing cell counts as a value of its own, and so does a hidden one.",
)
OF_ITS_OWN_OR_ANY: Final = Text(
    "空欄は一つの値として数えます。`--missing wildcard` では、どの値とも合うものとして数えます。",
    "A missing cell counts as a value of its own; with `--missing wildcard` it fits every value.",
)
AS_REGISTERED: Final = Text(
    "表が名簿の一部で、同じ書き方のときに使えます。ノイズや入れ替えの後では、名簿と合わなくなります。",
    "For a table that is a part of the register and written like it. After noise or swaps the two no longer match.",
)
FITS_MISSING: Final = Text("空欄は、同じく空欄の人とだけ合います。", "A missing cell fits a missing one only.")
ROWS_ALIGNED: Final = Text(
    "加工の前と後で同じ行が対応しているときに使えます。ノイズや入れ替えの後でも使えます。",
    "Wherever rows align before and after, also after noise or swaps.",
)
NUMBERS_ON_BOTH_SIDES: Final = Text(
    "前も後も数値の列で使えます。行の対応は要りません。", "For columns of numbers on both sides; rows need not align."
)
ADDS_NOTHING: Final = Text(
    "空欄や隠したセルは、足しません。隠した割合を併せて見てください。",
    "Missing and hidden cells add nothing: see the share of hidden cells too.",
)
LEFT_OUT: Final = Text("空欄と隠したセルは除きます。", "Missing and hidden cells are left out.")
SAME_GROUPS: Final = Text(
    "区分の意味が前と後で同じ列で使えます。行の対応は要りません。",
    "For groups that mean the same on both sides; rows need not align.",
)
GROUP_OF_ITS_OWN: Final = Text(
    "空欄は一つの区分として数え、隠したセルは除きます。",
    "Missing cells are a group of their own; hidden ones are left out.",
)
ROWS_WITH_BOTH: Final = Text("二つの列の両方に数値がある行だけで計算します。", "Over the rows that have both numbers.")
HIDDEN_IS_ANYTHING: Final = Text(
    "空欄は一つの値として数え、隠したセルは全部が分からないものとして数えます。",
    "A missing cell is a value of its own; a hidden one could be anything.",
)
CLASSES_COARSENED: Final = Text(
    "値を粗くしたり隠したりした表で使えます。ノイズや入れ替えの後では、組に意味がありません。",
    "For tables that were coarsened or suppressed. After noise or swaps classes mean little.",
)


def explanations() -> dict[str, Explained]:
    """Return what every measure says about itself, by the path of its module below `sudare.measures`.

    Found by looking: a file anywhere below the room that defines `EXPLAINED: Final` is one of them; a file that only
    takes the name from another is not.

    >>> explanations()["utility.il1s"].label.en
    'IL1s, how far numbers moved'
    """
    room = importlib.import_module(__name__.rpartition(".")[0])
    prefix = f"{room.__name__}."
    names = sorted(module.name for module in pkgutil.walk_packages(room.__path__, prefix))
    modules = {name.removeprefix(prefix): importlib.import_module(name) for name in names}
    return {name: module.EXPLAINED for name, module in modules.items() if "EXPLAINED" in module.__annotations__}
