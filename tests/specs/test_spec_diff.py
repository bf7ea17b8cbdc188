"""A diff tells every change of the content, once, in words; comments and layout are no change."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.specs import dump_spec, parse_spec, signed
from sudare.specs.diff import Diff, diff
from sudare.specs.pairing import paired
from sudare.specs.reading import build, load_yaml, plain
from sudare.specs.strictness import loosens

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.specs import Document

BEFORE = parse_spec(EXAMPLE)
DATA: dict[str, Any] = plain(load_yaml(EXAMPLE))


def after(old: str, new: str) -> Diff:
    assert EXAMPLE.count(old) == 1
    return diff(BEFORE, parse_spec(EXAMPLE.replace(old, new)))


def told(found: Diff) -> list[tuple[str, str, str, bool | None]]:
    return [(change.what, change.where, change.code, change.loosens) for change in found.changes]


def test_a_changed_parameter_is_told_with_its_own_title() -> None:
    found = after("edges: [40, 50, 60, 70, 80, 90]", "edges: [40, 60, 70, 80, 90]")
    assert told(found) == [("step", "steps[5].edges", "step-changed", None)]
    assert found.lines("ja") == ["第6手順 一般化（階級） bin（年齢）: 境目 40、50、60、70、80、90 → 40、60、70、80、90"]
    assert found.lines("en") == ["step 6 bin (年齢): edges 40, 50, 60, 70, 80, 90 → 40, 60, 70, 80, 90"]


@pytest.mark.parametrize(
    ("old", "new", "expected", "words"),
    [
        ("第3号", "第4号", ("title", "title", "title-changed", None), "題名: 特定健康診査ファイル 令和8年度提案第3号 → "),
        ("recipient: 株式会社A", "recipient: 株式会社B", ("proposal", "proposal.recipient", "proposal-changed", None),
         "提案: 提供先 株式会社A → 株式会社B"),
        ("name: 佐藤次郎", "name: 佐藤三郎", ("staff", "staff.佐藤.name", "staff-changed", None),
         "担当者「佐藤」: 氏名 佐藤次郎 → 佐藤三郎"),
        ("r8-3-a@2026 ", "r8-3-a@2027 ", ("key", "key", "key-changed", None), "鍵の名前: r8-3-a@2026 → r8-3-a@2027"),
        ("at_least: 1000", "at_least: 900", ("unit", "unit.at_least", "unit-changed", True),
         "数える単位: 最少人数 1000 → 900（緩和）"),
        ("管理番号, at_least: 1000", "管理番号", ("unit", "unit.at_least", "unit-changed", True),
         "数える単位: 最少人数 1000 → なし（緩和）"),
        ("encoding: cp932", "encoding: utf-8", ("input", "input.encoding", "input-changed", None),
         "入力: 文字コード cp932 → utf-8"),
        ("{name: 年齢, type: integer", "{name: 年齢, type: decimal",
         ("column", "input.columns[5].type", "column-retyped", None), "列「年齢」: 型 整数 → 小数"),
        ("{name: 住所, type: text}", "{name: 住所, type: text, kind: quasi-identifier}",
         ("column", "input.columns[3].kind", "column-changed", None), "列「住所」: 種類 なし → 準識別子"),
        ("    - {name: 生年月日, type: date}\n", "    - {name: 生年月日, type: date}\n    - {name: 備考}\n",
         ("column", "input.columns[5]", "column-added", None), "列「備考」: 加わりました"),
        ("columns: [判定2]", "columns: [判定2, 性別]", ("out_of_scope", "out_of_scope.columns", "out-of-scope-changed",
         None), "対象外の列: 列 判定2 → 判定2、性別"),
        ("because: 追跡しない", "because: 連絡しない", ("step", "steps[2].because", "step-changed", None),
         "第3手順 項目削除 delete-column（管理番号）: 理由 追跡しない → 連絡しない"),
        ("columns: [性別, 判定]", "columns: [判定]", ("step", "steps[7].columns", "step-changed", None),
         "第8手順 そのまま残す keep（判定）: 列 性別、判定 → 判定"),
        ("because: 一般に珍しくない", "because: 珍しくない", ("dismissal", "dismissed[0].because", "dismissal-changed", None),
         "対応不要とした所見「rare-category/判定」: 理由 一般に珍しくない → 珍しくない"),
        ("at_least: 5}", "at_least: 3}", ("check", "checks[0].at_least", "check-loosened", True),
         "検査1 k-匿名性（住所、年齢、性別、身長）: 下限 5 → 3（緩和）"),
        ("at_least: 5}", "at_least: 7}", ("check", "checks[0].at_least", "check-tightened", False),
         "検査1 k-匿名性（住所、年齢、性別、身長）: 下限 5 → 7（厳格化）"),
        ("[住所, 年齢, 性別, 身長], at_least", "[住所, 年齢], at_least",
         ("check", "checks[0].columns", "check-loosened", True),
         "検査1 k-匿名性（住所、年齢）: 列 住所、年齢、性別、身長 → 住所、年齢（緩和）"),
        ("dictionary: true", "dictionary: false", ("output", "output.dictionary", "output-changed", None),
         "出力: データ項目の説明書 はい → いいえ"),
    ],
)  # fmt: skip
def test_one_change_is_told_once_with_its_place(
    old: str, new: str, expected: tuple[str, str, str, bool | None], words: str
) -> None:
    found = after(old, new)
    assert told(found) == [expected]
    assert found.lines("ja")[0].startswith(words)


def test_a_check_that_goes_is_loosened_and_one_that_comes_is_tightened() -> None:
    without = parse_spec(EXAMPLE[: EXAMPLE.index("checks:")])
    line = EXAMPLE[EXAMPLE.index("output:") :]
    without = parse_spec(without.text + line)
    assert told(diff(BEFORE, without)) == [("check", "checks[0]", "check-removed", True)]
    assert told(diff(without, BEFORE)) == [("check", "checks[0]", "check-added", False)]
    assert diff(BEFORE, without).lines("ja") == ["旧・検査1 k-匿名性（住所、年齢、性別、身長）: なくなりました（緩和）"]


def test_a_step_in_another_place_is_moved_and_nothing_else() -> None:
    data = copy.deepcopy(DATA)
    data["steps"].insert(0, data["steps"].pop(4))
    found = diff(BEFORE, written(data))
    assert told(found) == [("step", "steps[0]", "step-moved", None)]
    assert found.lines("en") == ["step 1 delete-column (生年月日): moved from place 5"]


def test_a_step_with_another_technique_is_one_gone_and_one_new() -> None:
    found = after(
        "{technique: bin, columns: [身長], edges: [140, 150, 160, 170, 180], below: 140cm未満, above: 180cm以上,",
        "{technique: top-code, columns: [身長], at_least: 180,",
    )
    assert [change.code for change in found.changes] == ["step-removed", "step-added"]
    assert found.lines("en") == ["former step 7 bin (身長): removed", "step 7 top-code (身長): added"]


def test_comments_layout_and_written_defaults_are_no_change() -> None:
    for old, new in [
        ("# a repeated header", "# twice"),
        ("edges: [40, ", "edges: [40,   "),
        ("regime: gov-current                     #", "#"),
        ("  format: csv\n", ""),
    ]:
        found = after(old, new)
        assert found.same
        assert found.lines("ja") == ["同じ内容です（違いは注釈と書き方だけ）。"]
    assert diff(BEFORE, BEFORE).to_dict("en") == {"same": True, "changes": [], "approvals": []}


def test_an_approval_says_whether_it_still_holds() -> None:
    approved = signed(BEFORE, "佐藤", on=dt.date(2026, 6, 20))
    found = diff(BEFORE, approved)
    assert [change.code for change in found.changes] == ["approval-added"]
    assert found.to_dict("en")["approvals"] == [{"where": "approvals[0]", "by": "佐藤 2026-06-20", "holds": True}]
    commented = parse_spec(approved.text.replace("# a repeated header", "# twice"))
    only_comment = diff(approved, commented)
    assert only_comment.same
    assert only_comment.lines("en") == [
        "Same content (comments and layout may differ).",
        "approval 佐藤 2026-06-20: the text changed after it was given; it does not hold",
    ]


PRIVATE = """\
sudare: 1
title: x
input:
  columns:
    - {name: 病名}
steps:
  - {technique: map-values, columns: [病名], table: {珍しい病: その他}, because: 少数}
  - {technique: suppress-cells, columns: [病名], where: {column: 病名, equals: 珍しい病}, because: 少数}
"""


def test_values_of_the_data_are_told_as_changed_only() -> None:
    found = diff(parse_spec(PRIVATE), parse_spec(PRIVATE.replace("珍しい病", "別の病").replace("その他", "ほか")))
    shown = str(found.to_dict("ja")) + found._repr_html_() + repr(found)
    assert not any(value in shown for value in ("珍しい", "別の", "その他", "ほか"))
    assert [change.where for change in found.changes] == ["steps[0].table", "steps[1].where"]
    assert all("値は表示しません" in line for line in found.lines("ja"))


def test_a_private_step_that_is_new_shows_no_value() -> None:
    assert "珍しい" not in repr(diff(parse_spec(PRIVATE[: PRIVATE.index("steps")]), parse_spec(PRIVATE)))


def test_a_notebook_shows_the_changes_escaped() -> None:
    shown = after("第3号", "<b>")._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


# --- any edit is found and named


def written(data: dict[str, Any]) -> Document:
    return parse_spec(dump_spec(build(data)))


def _pop(data: dict[str, Any], key: str, place: int) -> None:
    data[key].pop(place)


def _swap(data: dict[str, Any], place: int) -> None:
    steps = data["steps"]
    steps[place], steps[place + 1] = steps[place + 1], steps[place]


def _column(data: dict[str, Any], place: int) -> None:
    column = data["input"]["columns"][place]
    column["unit"] = column.get("unit", "") + "別"


EDITS: list[tuple[str, Callable[[dict[str, Any], int], None], str, int]] = [
    ("title", lambda data, n: data.update(title=f"題{n}"), "title-changed", 3),
    ("step", lambda data, n: _pop(data, "steps", n), "step-removed", 9),
    ("step", lambda data, n: data["steps"][n].update(because=f"理由{n}"), "step-changed", 9),
    ("step", _swap, "step-moved", 8),
    ("column", _column, "column-changed", 10),
    ("check", lambda data, n: data["checks"][0].update(at_least=str(n + 1)), "check-loosened", 4),
    ("check", lambda data, n: data["checks"][0].update(at_least=str(n + 6)), "check-tightened", 4),
    ("check", lambda data, _n: data["checks"].clear(), "check-removed", 1),
    ("dismissal", lambda data, _n: data.pop("dismissed"), "dismissal-removed", 1),
    ("staff", lambda data, _n: data["staff"].pop("山田"), "staff-removed", 1),
    ("file", lambda data, _n: data.pop("file"), "file-changed", 1),
    ("key", lambda data, _n: data.pop("key"), "key-changed", 1),
    ("output", lambda data, _n: data["output"].update(format="parquet"), "output-changed", 1),
]
MANY = st.lists(
    st.sampled_from(range(len(EDITS))).flatmap(lambda e: st.tuples(st.just(e), st.integers(0, EDITS[e][3] - 1)))
)


@given(
    edit=st.sampled_from(range(len(EDITS))).flatmap(lambda e: st.tuples(st.just(e), st.integers(0, EDITS[e][3] - 1)))
)
def test_one_random_edit_is_found_and_named(edit: tuple[int, int]) -> None:
    what, change, code, _ = EDITS[edit[0]]
    data = copy.deepcopy(DATA)
    change(data, edit[1])
    found = diff(BEFORE, written(data))
    assert {(one.what, one.code) for one in found.changes} == {(what, code)}
    assert all(one.message.ja and one.message.en for one in found.changes)


def edited(edits: list[tuple[int, int]]) -> Document:
    data = copy.deepcopy(DATA)
    for number, place in edits:
        try:
            EDITS[number][1](data, place)
        except (IndexError, KeyError):
            continue  # what an earlier edit took away
    return written(data)


@given(one=MANY, other=MANY)
def test_a_diff_is_empty_just_where_the_contents_are_equal(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    a, b = edited(one), edited(other)
    assert diff(a, a).same
    assert diff(a, b).same == (a.spec == b.spec)


@given(st.permutations(range(6)), st.integers(0, 6))
def test_as_few_entries_as_possible_count_as_moved(order: list[int], left: int) -> None:
    new = order[:left]
    pairs = paired(list(range(6)), new)
    stayed = [entry for n, entry in enumerate(new) if n not in pairs.moved]
    assert stayed == sorted(stayed)
    longest = max(
        len(row) for size in range(left + 1) for row in itertools.combinations(new, size) if list(row) == sorted(row)
    )
    assert len(stayed) == longest
    assert set(pairs.gone) == set(range(6)) - set(new)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("at_least", 5, 3, True),
        ("at_least", 3, 5, False),
        ("at_least", 3, None, True),
        ("at_most", 2, 3, True),
        ("at_most", None, 3, False),
        ("c", 2, 3, True),
        ("c", None, 3, None),
        ("columns", ("a", "b"), ("a",), True),
        ("columns", ("a",), ("b", "a"), False),
        ("columns", ("a", "b"), ("a", "c"), None),
        ("columns", ("a", "b"), ("b", "a"), None),
        ("kind", "entropy", "distinct", True),
        ("kind", "distinct", "recursive", False),
        ("kind", "entropy", "recursive", None),
        ("sensitive", "a", "b", None),
    ],
)
def test_the_direction_of_a_limit(name: str, old: object, new: object, expected: bool | None) -> None:  # noqa: FBT001 - looser, stricter, or neither
    assert loosens(name, old, new) is expected


def test_where_a_column_is_cut_is_neither_looser_nor_stricter() -> None:
    step = """
sudare: 1
title: x
input:
  columns:
    - {name: 年齢, type: integer}
steps:
  - {technique: top-code, columns: [年齢], at_least: 90, because: 著しい高齢は珍しい}
""".lstrip()
    found = diff(parse_spec(step), parse_spec(step.replace("90", "80")))
    assert told(found) == [("step", "steps[0].at_least", "step-changed", None)]
