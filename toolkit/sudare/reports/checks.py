"""The checks of a run in words: what was looked at, the limit, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sudare.execution.traces import SHORTEST, SHORTEST_NUMBER
from sudare.language import NOTHING, Text
from sudare.profiles import shown

if TYPE_CHECKING:
    from sudare.execution.receipt import CheckDone, Receipt
    from sudare.measures import Measure
    from sudare.specs import Spec

_NONE_LEFT = Text("残っていないこと", "none left")
_NAMES: dict[str, tuple[Text, Text, Text]] = {
    "identification-codes": (
        Text("個人識別符号", "individual identification codes"),
        Text(
            "文字と整数の列で、個人番号の検査用数字と在留カード番号の形を調べます。鍵で作った仮IDの列は除きます。"
            "ほかの符号は調べません。",
            "Looks in text and integer columns for the check digit of My Number and the form of residence card "
            "numbers, columns of pseudo-IDs made with the key left out. Other codes are not looked for.",
        ),
        _NONE_LEFT,
    ),
    "direct-identifiers": (
        Text("直接識別子の文字", "text of direct identifiers"),
        Text(
            "直接識別子と宣言された列の文字（{n}文字以上、文字以外の列では{m}桁以上の数字）が、出力のセルにないか調べます。"
            "鍵で作った仮IDの列は除きます。",
            "Looks in the cells of the output for the texts of columns declared as direct identifiers ({n} characters "
            "or more; in columns that are not text, numbers of {m} digits or more). Columns of "
            "pseudo-IDs made with the key are left out.",
        ).fill(n=SHORTEST, m=SHORTEST_NUMBER),
        _NONE_LEFT,
    ),
    "suppression-mark": (
        Text("削除の印", "mark of suppressed cells"),
        Text(
            "削除の印と同じ文字が、データの側で使われていないか調べます。",
            "Looks whether the data itself uses the text that marks suppressed cells.",
        ),
        Text("重ならないこと", "not in use"),
    ),
    "findings-left": (
        Text("処理後の表の所見", "findings on the processed table"),
        Text(
            "処理後の表をもう一度調べ、住所、電話番号、メールアドレス、個人識別符号、社会で珍しい値が残っていないか確かめます。"
            "文中の電話番号、メールアドレス、個人番号も探します。文中の名前は探しきれません。",
            "Looks at the processed table again for addresses, telephone numbers, e-mail addresses, individual "
            "identification codes and values unusual in society; inside texts too for telephone numbers, e-mail addresses "
            "and My Numbers. Names inside texts cannot all be found.",
        ),
        _NONE_LEFT,
    ),
    "people": (
        Text("人数", "people"),
        Text("処理後に残った人数です。", "How many people remain after processing."),
        NOTHING,
    ),
}
_NOTHING_DECLARED = Text(
    "直接識別子と宣言された列がないため、何も探していません（未確認）。",
    "No column is declared as a direct identifier, so nothing was looked for (not confirmed).",
)
BUILT_IN = frozenset({"identification-codes", "direct-identifiers", "suppression-mark", "findings-left"})


@dataclass(frozen=True)
class CheckShown:
    """One check as a line of the table. `looked` is False where there was nothing to look for."""

    title: Text
    about: Text
    columns: tuple[str, ...]
    limit: Text
    value: int | float | str | None
    ok: bool
    looked: bool = True
    built_in: bool = False


def checks_shown(spec: Spec, receipt: Receipt) -> tuple[CheckShown, ...]:
    """Return the checks in the order in which they were made: those always made, then those of the spec."""
    measures = iter(spec.checks)
    return tuple(
        _named(spec, done) if done.measure in _NAMES else _measured(next(measures), done) for done in receipt.checks
    )


def _named(spec: Spec, done: CheckDone) -> CheckShown:
    title, about, limit = _NAMES[done.measure]
    inputs = (spec.input, *(table for _, step in spec.active for table in step.tables().values()))
    declared = any(column.kind == "direct-identifier" for one in inputs for column in one.columns)
    looked = done.measure != "direct-identifiers" or declared
    if done.measure == "people" and spec.unit is not None:
        limit = Text("{n} 以上", "at least {n}").fill(n=spec.unit.at_least)
    return CheckShown(
        title=title,
        about=about if looked else _NOTHING_DECLARED,
        columns=(),
        limit=limit,
        value=shown(done.value) if isinstance(done.value, int) else done.value,
        ok=done.ok,
        looked=looked,
        built_in=done.measure in BUILT_IN,
    )


_JUDGED_BEFORE = Text(
    "入れ替え、ノイズ、疑似データを加える前の表で判定しました。出力のままでは {value} です。",
    "Judged on the table before swaps, noise and dummy records; on the file as released it is {value}.",
)


def _measured(measure: Measure, done: CheckDone) -> CheckShown:
    about = measure.about
    if done.released is not None:
        about = about.join(_JUDGED_BEFORE.fill(value=done.released))
    return CheckShown(measure.label, about, measure.columns, measure.limit(), done.value, done.ok)
