"""The safety assessment in the processing stage, as the report tells it: shares, and what the regime says of such matching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sudare.execution.assessment import share_told
from sudare.language import NOTHING, Text
from sudare.measures.attacks.attribute_inference import EXPLAINED as INFERENCE
from sudare.measures.attacks.record_linkage import EXPLAINED as LINKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.execution.assessment import Assessment
    from sudare.law import Regime

_RECORD: Final = Text("その人の記録", "the person's record")
_STAGE: Final = Text(
    "提供の前に、加工する人が、加工の一部として行った評価です。想定する閲覧者が知るとした項目の元の値から、どれだけ当てられるかを"
    "割合で数えました。どの記録が誰のものかは、この報告書にも受領書にも残していません。",
    "Made before delivery, by those who process, as a part of the processing. It counts, in shares, what can be told "
    "from the original values of the items that the assumed reader is said to know. Neither this report nor the "
    "receipt keeps whose record is whose.",
)
_MEANING: Final = Text(
    "加工基準は、一般の人や事業者の通常の方法では特定できないことを求め、あらゆる手法で特定できないことまでは求めていません"
    "（2017年のガイドライン 2-1）。この割合は、それを判断する材料の一つです。",
    "The standard asks that nobody can be identified by the ordinary means of ordinary people and operators, not that "
    "every technique is ruled out (guideline of 2017, 2-1). These shares are one thing to judge that by.",
)
_NOTES: Final[dict[str, Text]] = {
    "gov-2017": Text(
        "2017年の制度の法律には、識別のための照合を禁じる定めがありません（ガイドライン 2-1）。現行の制度では禁じられているので、"
        "教材としても、提供した情報で試すことは勧めません。",
        "The Act of the 2017 regime has no ban on matching in order to identify (guideline 2-1). Today's regime has one; "
        "not even for a lesson should it be tried on what was delivered.",
    ),
    "gov-current": Text(
        "現行の制度は、本人を識別するために、作成した情報をほかの情報と照合することを禁じています（{article}）。提供した情報を"
        "照合で試すことはせず、この評価を加工の工程として行う根拠は、担当者が確かめてください。提供先も、匿名加工情報取扱事業者として、"
        "識別のための照合をしてはなりません。",
        "Today's regime forbids matching what was made with other information in order to identify a person ({article}). "
        "What was delivered is not to be tested by matching; on which footing this assessment is a part of the processing "
        "is for those in charge to confirm. The recipient, as an operator handling anonymously processed information, "
        "must not match in order to identify either.",
    ),
    "private-current": Text(
        "民間の制度にも、識別のための照合を禁じる定めがあります（今の条番号は未確認）。提供した情報を照合で試すことはせず、"
        "この評価を加工の工程として行う根拠は、担当者が確かめてください。",
        "The private regime too forbids matching in order to identify (today's article is unverified). What was "
        "delivered is not to be tested by matching; on which footing this assessment is a part of the processing is for "
        "those in charge to confirm.",
    ),
}


@dataclass(frozen=True)
class Attacked:
    """One attack as a line: what was looked for, how often it is right, by guessing alone, and how often for certain."""

    attack: Text
    target: Text
    right: float | None
    guess: float | None
    certain: float | None


def attacks_shown(found: Assessment) -> Iterator[Attacked]:
    """Return the attacks of a run; shares of few records are None."""
    if (link := found.linkage) is not None:
        right, alone = (share_told(share, link.records) for share in (link.success, link.unique))
        yield Attacked(LINKAGE.label, _RECORD, right, None, alone)
    for one in found.inference:
        shares = (share_told(share, one.records) for share in (one.right, one.baseline, one.certain))
        yield Attacked(INFERENCE.label, Text("「{name}」", "“{name}”").fill(name=one.column), *shares)


def stage_notes(law: Regime) -> tuple[Text, Text, Text]:
    """Say where such an assessment belongs, what it is for, and what the regime says of matching.

    >>> from sudare.law import regime
    >>> "法121条1項" in stage_notes(regime("gov-current"))[-1].ja
    True
    """
    article = law.article("no-matching").text if law.id == "gov-current" else NOTHING
    return _STAGE, _MEANING, _NOTES[law.id].fill(article=article)
