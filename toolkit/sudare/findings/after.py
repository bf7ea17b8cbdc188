"""The detectors on the processed table, before it is written: what must not be left, and what can be told back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.findings.codes import aligned_codes, commonest, tells
from sudare.findings.detectors import detectors
from sudare.japan.check_digits import is_my_number
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sudare.findings.finding import Finding
    from sudare.findings.view import ColumnView, View

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![0-9])0[0-9]{1,4}[-‐−–—ー(][0-9]{1,4}[-‐−–—ー)][0-9]{3,4}(?![0-9])|(?<![0-9])0[789]0[0-9]{8}(?![0-9])"
)
_TWELVE = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_PHONE_DIGITS = range(10, 12)
_TELLS = 0.97  # of the rows
_GUESS = 0.9  # of the rows hold the commonest value: then telling it tells nothing
_MOST = 50_000  # different values
_NEARLY_UNIQUE = 0.5  # different values among the rows looked at


def left_over(view: View, *, skip: frozenset[str], dismissed: frozenset[str]) -> Iterator[Problem]:
    """Say what identifying or unusual content is left in a processed table, as problems that stop a run.

    `skip` are columns of pseudo-IDs, in which chance makes any text. `dismissed` are the ids of findings that a person
    dismissed with a reason (`phone/連絡先`).
    """
    found: list[Finding] = []
    for detector in detectors():
        if detector.after:
            found += detector.look(view, tuple(found))
    seen = set()
    for finding in found:
        if finding.level == "must" and not skip & set(finding.columns) and finding.id not in dismissed:
            seen |= set(finding.columns)
            yield _left(finding)
    for column in view:
        if column.column.type != "text" or column.name in skip | seen:
            continue
        for kind, label, holds in _INSIDE:
            if f"{kind}/{column.name}" not in dismissed and any(map(holds, column.texts())):
                yield _inside(column.name, f"{kind}/{column.name}", label)


def _left(finding: Finding) -> Problem:
    now = Text(
        "加工の手順を加えるか、dismissed に finding: {id} と理由を書いてください。",
        "Add a step, or a dismissal of `finding: {id}` with a reason.",
    )
    what = Text("処理後の列「{name}」：{message}", "the processed column '{name}': {message}")
    return Problem(
        "finding-left",
        "、".join(finding.columns),
        what.fill(name=finding.columns[0], message=finding.message),
        now.fill(id=finding.id),
    )


def _inside(name: str, finding: str, label: Text) -> Problem:
    what = Text(
        "処理後の列「{name}」の文中に{label}があります。", "texts of the processed column '{name}' hold {label}."
    )
    now = Text(
        "列を除くか、該当するセルを隠すか、dismissed に finding: {id} と理由を書いてください。",
        "Remove the column, hide those cells, or dismiss `finding: {id}` with a reason.",
    )
    return Problem("finding-left", name, what.fill(name=name, label=label), now.fill(id=finding))


def _holds_mail(text: str) -> bool:
    return "@" in plain(text) and _MAIL.search(plain(text)) is not None


def _holds_phone(text: str) -> bool:
    return any(sum(map(str.isdigit, part)) in _PHONE_DIGITS for part in _PHONE.findall(plain(text)))


def _holds_my_number(text: str) -> bool:
    folded = plain(text)
    return len(folded) > 12 and any(map(is_my_number, _TWELVE.findall(folded)))  # noqa: PLR2004 - more than the number


_INSIDE: tuple[tuple[str, Text, Callable[[str], bool]], ...] = (
    ("phone-inside", Text("電話番号", "telephone numbers"), _holds_phone),
    ("email-inside", Text("メールアドレス", "e-mail addresses"), _holds_mail),
    ("my-number-inside", Text("個人番号とみられる番号", "what look like My Numbers"), _holds_my_number),
)


@dataclass(frozen=True)
class Told:
    """A column that was removed or made coarser, and the column left over that tells its values all the same."""

    hidden: str
    by: str
    share: float

    def problem(self) -> Problem:
        """Tell it as an open point, with the fix."""
        what = Text(
            "除いたか粗くした「{hidden}」の値は、残る「{by}」から {share} の行で分かります。",
            "values of '{hidden}', removed or made coarser, can be told from '{by}' in {share} of the rows.",
        ).fill(hidden=self.hidden, by=self.by, share=f"{self.share:.0%}")
        now = Text("「{by}」も除くか、同じ粗さにしてください。", "Remove '{by}' too, or make it as coarse.")
        return Problem("restorable", self.by, what, now.fill(by=self.by))


def told_back(before: View, after: View, pairs: dict[str, str | None], skip: frozenset[str]) -> Iterator[Told]:
    """Find columns of the source that were hidden and that single columns of the output still tell.

    `pairs` names for each changed column of the source what it became (None: removed). Rows are matched by the row of
    the source; at most 100,000 are looked at, evenly spread, always the same ones. `skip` are columns of pseudo-IDs.
    """
    hidden = [before.column(name) for name in pairs if _can_be_told(before.column(name))]
    left = [column for column in after if column.name not in skip and column.column.type != "decimal"]
    if not hidden or not left:
        return
    old, new = aligned_codes(before, hidden, after, left)
    for column in hidden:
        target = old[column.name]
        if not len(target) or commonest(target) > _GUESS:
            continue
        for other in left:
            codes = new[other.name]
            if other.name == pairs[column.name] or codes.levels > _NEARLY_UNIQUE * len(codes):
                continue
            share = tells(codes, target)
            if share >= _TELLS:
                yield Told(column.name, other.name, share)


def _can_be_told(column: ColumnView) -> bool:
    return 1 < column.distinct <= min(_MOST, _NEARLY_UNIQUE * column.present)
