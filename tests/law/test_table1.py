"""Every row of Table 1 (別表１), run as a real spec: the table it gives, or where lots are drawn what holds of it.

`shows` notes which row and which techniques a test is about; the last tests see that none is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from random import Random
from statistics import fmean, pvariance
from typing import TYPE_CHECKING, Any

import pytest

from small_runs import KEY, declared, document, key_store, run, step, texts
from sudare import law
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from small_runs import Ran
    from sudare.keystore import KeyStore

SHOWN: dict[str, set[str]] = defaultdict(set)
IN_ORDER = {"shuffle": False, "because": "元の行と比べるため"}


def shows(row: str, *names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Note that a test is about techniques of a row of Table 1."""
    SHOWN[row].update(names)
    return lambda test: test


def processed(
    folder: Path,
    columns: Sequence[dict[str, Any]],
    rows: Sequence[tuple[Any, ...]],
    *steps: dict[str, Any],
    store: KeyStore | None = None,
    **parts: Any,
) -> Ran:
    """Run steps on rows, unless told otherwise in the order of the source, and keep the columns that no step decides."""
    names = [column["name"] for column in columns]
    decided = {name for one in steps for name in one.get("columns", [])}
    if kept := [name for name in names if name not in decided]:
        steps = (*steps, step("keep", *kept))
    if any(techniques()[one["technique"]].needs_key for one in steps):
        parts["key"] = KEY
        store = store or key_store(folder)
    cells = dict(zip(names, zip(*rows, strict=True), strict=True))
    return run(folder, document(columns, steps, **{"output": IN_ORDER, **parts}), texts(**cells), store=store)


PERSON = [declared("氏名", kind="direct-identifier"), declared("年齢", "integer", unit="歳"), declared("判定")]
PEOPLE = [("山田花子", "45", "A"), ("佐藤次郎", "116", "B"), ("鈴木三郎", None, "A")]
WITHOUT_NAMES = step("delete-column", "氏名", standards=[1])


# 項目削除／レコード削除／セル削除: the guideline's own three, an age column, one person's row, one person's age


@shows("table1/deletion", "delete-column")
def test_deleting_a_column_removes_it_from_every_record(tmp_path: Path) -> None:
    ran = processed(tmp_path, PERSON, PEOPLE, WITHOUT_NAMES, step("delete-column", "年齢", standards=[4]))
    assert ran.header == ["判定"]
    assert ran.rows == [("A",), ("B",), ("A",)]


@shows("table1/deletion", "delete-records")
def test_deleting_a_record_removes_all_of_one_person(tmp_path: Path) -> None:
    oldest = {"column": "年齢", "at_least": "110"}
    ran = processed(tmp_path, PERSON, PEOPLE, WITHOUT_NAMES, step("delete-records", where=oldest, standards=[4]))
    assert ran.header == ["年齢", "判定"]
    assert ran.rows == [("45", "A"), ("", "A")]


@shows("table1/deletion", "suppress-cells")
def test_deleting_a_cell_leaves_a_mark_that_is_not_the_missing_one(tmp_path: Path) -> None:
    oldest = {"column": "年齢", "at_least": "110"}
    ran = processed(
        tmp_path, PERSON, PEOPLE, WITHOUT_NAMES, step("suppress-cells", "年齢", where=oldest, standards=[4])
    )
    assert ran.rows == [("45", "A"), ("*", "B"), ("", "A")]


@shows("table1/deletion", "delete-small-classes")
def test_deleting_small_classes_leaves_only_combinations_that_enough_share(tmp_path: Path) -> None:
    columns = [declared("地区"), declared("年代")]
    rows = [
        ("北", "40代"),
        ("北", "40代"),
        ("北", "50代"),
        ("南", "40代"),
        ("北", "40代"),
        ("南", "40代"),
        ("南", "40代"),
    ]
    ran = processed(
        tmp_path,
        columns,
        rows,
        step("delete-small-classes", "地区", "年代", below=3, standards=[5]),
        step("keep", "地区", "年代"),
    )
    assert ran.rows == [("北", "40代"), ("北", "40代"), ("南", "40代"), ("北", "40代"), ("南", "40代"), ("南", "40代")]


@shows("table1/deletion", "local-suppression")
def test_deleting_a_few_cells_leaves_only_combinations_that_enough_share(tmp_path: Path) -> None:
    columns = [declared("地区"), declared("年代"), declared("職業")]
    rows = [
        ("北", "40代", "事務"),
        ("北", "50代", "教諭"),
        ("北", "40代", "事務"),
        ("北", "50代", "技師"),
        ("南", "40代", "事務"),
        ("南", "40代", "事務"),
    ]
    hide = step("local-suppression", "地区", "年代", "職業", k=2, importance=["地区", "年代"], standards=[5])
    counted = {"measure": "k-anonymity", "columns": ["地区", "年代", "職業"], "at_least": 2}
    ran = processed(tmp_path, columns, rows, hide, checks=[counted])
    assert ran.rows == [
        ("北", "40代", "事務"),
        ("北", "50代", "*"),
        ("北", "40代", "事務"),
        ("北", "50代", "*"),
        ("南", "40代", "事務"),
        ("南", "40代", "事務"),
    ]


@shows("table1/deletion", "suppress-near-anchor")
def test_positions_around_a_home_are_deleted_cell_by_cell_or_record_by_record(tmp_path: Path) -> None:
    columns = [declared("端末"), declared("日時", "datetime"), declared("緯度", "decimal"), declared("経度", "decimal")]
    rows = [
        ("A", "2025-10-06 23:30:00", "32.2", "134.4"),
        ("A", "2025-10-07 01:00:00", "32.201", "134.401"),  # 145 m away
        ("A", "2025-10-07 12:00:00", "32.25", "134.45"),
        ("A", "2025-10-08 00:30:00", "32.2", "134.4"),
        ("A", "2025-10-08 12:00:00", "32.28", "134.45"),
    ]
    near: dict[str, Any] = {"person": "端末", "time": "日時", "radius": 500, "offset": 250, "standards": [5]}
    columns_of = ["緯度", "経度"]
    hidden = processed(
        tmp_path / "cells",
        columns,
        rows,
        step("suppress-near-anchor", *columns_of, **near),
        step("keep", *columns_of),
    )
    assert [row[2:] for row in hidden.rows] == [("*", "*")] * 2 + [rows[2][2:]] + [("*", "*")] + [rows[4][2:]]
    gone = processed(
        tmp_path / "records",
        columns,
        rows,
        step("suppress-near-anchor", *columns_of, **near, target="record"),
        step("keep", *columns_of),
    )
    assert gone.rows == [rows[2], rows[4]]


@shows("table1/deletion", "limit-records-per-person")
def test_of_people_with_many_records_some_are_deleted(tmp_path: Path) -> None:
    columns = [declared("利用者"), declared("利用日", "date")]
    rows = [("A", "2026-04-01"), ("A", "2026-04-02"), ("B", "2026-04-02"), ("A", "2026-04-03")]
    limit = step("limit-records-per-person", person="利用者", at_most=2, keep="last", order_by="利用日", standards=[5])
    assert processed(tmp_path, columns, rows, limit).rows == rows[1:]


# 一般化: a broader notion or number, or rounding


@shows("table1/generalization", "map-values")
def test_a_special_teaching_licence_becomes_a_teaching_licence(tmp_path: Path) -> None:
    rows = [("特別免許制度による教員免許",), ("普通免許状",), (None,), ("調理師免許",)]
    table = {"特別免許制度による教員免許": "教員免許", "普通免許状": "教員免許"}
    change = step("map-values", "免許", table=table, unseen="default", default="その他の免許", standards=[5])
    ran = processed(tmp_path, [declared("免許")], rows, change)
    assert ran.rows == [("教員免許",), ("教員免許",), ("",), ("その他の免許",)]


GENERALIZED = [
    ("round", "decimal", {"base": "10"}, ["164.9", "165", "-5", None], ["160", "170", "-10", ""]),  # 四捨五入
    ("round", "integer", {"base": "5", "ties": "down"}, ["44", "45", "49"], ["40", "45", "45"]),
    ("bin", "integer", {"edges": ["40", "65"]}, ["39", "40", "64", "65", None], ["40未満", "40以上65未満", "40以上65未満", "65以上", ""]),
    ("date-precision", "date", {"to": "month"}, ["昭和45年1月3日", "1989-01-08", None], ["1970-01", "1989-01", ""]),
    ("date-precision", "date", {"to": "age", "at": "2026-03-31"}, ["1970-04-01", "1970-03-31"], ["55", "56"]),
    ("truncate-code", "text", {"keep": 3, "form": "postal", "fill": "-****"}, ["790-8571", "〒０６０－０００１"], ["790-****", "060-****"]),
    (
        "address-to-municipality",
        "text",
        {"ambiguous": "suppress", "unresolved": "suppress"},
        ["愛媛県松山市月見台１番地", "府中市若竹町2-3", "月見台1番地"],
        ["愛媛県松山市", "*", "*"],  # 府中市 is in 東京都 and in 広島県: never guessed
    ),
]  # fmt: skip


@shows("table1/generalization", *(name for name, *_ in GENERALIZED))
@pytest.mark.parametrize(("name", "kind", "more", "before", "after"), GENERALIZED)
def test_a_statement_becomes_a_broader_one(  # noqa: PLR0913, PLR0917 - a column before and after a step
    tmp_path: Path, name: str, kind: str, more: dict[str, Any], before: list[str | None], after: list[str]
) -> None:
    rows = [(cell, str(n)) for n, cell in enumerate(before)]
    ran = processed(tmp_path, [declared("値", kind), declared("番")], rows, step(name, "値", **more, standards=[1]))
    assert ran.rows == [(cell, str(n)) for n, cell in enumerate(after)]


@shows("table1/generalization", "grid-square")
def test_a_point_becomes_the_square_that_holds_it(tmp_path: Path) -> None:
    columns = [declared("緯度", "decimal"), declared("経度", "decimal")]
    rows = [("35.658581", "139.745433"), ("35.6601", "139.7499"), ("34.987574", "135.759363"), (None, None)]
    ran = processed(
        tmp_path, columns, rows, step("grid-square", "緯度", "経度", level="3", **{"as": "メッシュ"}, standards=[1])
    )
    assert ran.header == ["メッシュ"]
    assert ran.rows == [("53393599",), ("53393599",), ("52353680",), ("",)]


# トップ（ボトム）コーディング


@shows("table1/top-bottom-coding", "top-code")
def test_ages_of_eighty_and_over_share_one_label(tmp_path: Path) -> None:
    rows = [("79",), ("80",), ("116",), (None,)]
    ran = processed(
        tmp_path, [declared("年齢", "integer", unit="歳")], rows, step("top-code", "年齢", at_least="80", standards=[4])
    )
    assert ran.rows == [("79",), ("80歳以上",), ("80歳以上",), ("",)]


@shows("table1/top-bottom-coding", "bottom-code")
def test_small_numbers_share_one_label_and_enough_people_stand_under_it(tmp_path: Path) -> None:
    columns = [declared("学年"), declared("身長", "decimal", unit="cm")]
    rows = [("1", "98.5"), ("1", "105"), ("1", "110.2"), ("2", "121"), ("2", None)]
    change = step(
        "bottom-code", "身長", at_most="100", minimum_group=2, strata=["学年"], if_smaller="merge", standards=[5]
    )
    ran = processed(tmp_path, columns, rows, change)
    # In grade 1 one alone is under 100 cm: its threshold moves up to the next. In grade 2 nobody is.
    assert ran.rows == [("1", "105cm以下"), ("1", "105cm以下"), ("1", "110.2"), ("2", "121"), ("2", "")]


# マイクロアグリゲーション


@shows("table1/microaggregation", "microaggregate")
def test_people_alike_share_one_value_that_stands_for_them(tmp_path: Path) -> None:
    columns = [declared("地区"), declared("収入", "integer")]
    rows = [
        ("北", "10"),
        ("北", "90"),
        ("南", "50"),
        ("北", "12"),
        ("北", "14"),
        ("北", "94"),
        ("北", "98"),
        ("南", "52"),
        ("南", "57"),
    ]
    change = step("microaggregate", "収入", k=3, method="optimal", strata=["地区"], standards=[5])
    ran = processed(tmp_path, columns, rows, change)
    assert ran.rows == [
        ("北", "12"), ("北", "94"), ("南", "53"), ("北", "12"), ("北", "12"), ("北", "94"), ("北", "94"), ("南", "53"), ("南", "53"),
    ]  # fmt: skip


@shows("table1/microaggregation", "microaggregate")
@pytest.mark.parametrize("k", [3, 7])
def test_groups_have_k_people_or_more_and_the_mean_stays(tmp_path: Path, k: int) -> None:
    source = Random(k)  # noqa: S311 - invented cells, no secret
    rows = [(f"{source.gauss(60, 9):.1f}", f"{source.gauss(165, 8):.1f}") for _ in range(400)]
    columns = [declared("体重", "decimal"), declared("身長", "decimal")]
    ran = processed(tmp_path, columns, rows, step("microaggregate", "体重", "身長", k=k, standards=[5]))
    sizes = Counter(ran.rows)
    assert min(sizes.values()) >= k
    assert max(sizes.values()) < 2 * k
    for n in (0, 1):
        old, new = ([float(row[n]) for row in table] for table in (rows, ran.rows))
        assert fmean(new) == pytest.approx(fmean(old), rel=1e-9)
        assert 0.5 * pvariance(old) < pvariance(new) < pvariance(old)


# データ交換（スワップ）

REGISTER = [(("北", "南")[n % 2], str(n), f"m{n}") for n in range(1000)]
PLACES = [declared("地区"), declared("年齢", "integer"), declared("判定")]
EXCHANGED = step("swap", "年齢", method="random", rate="0.3", strata=["地区"], standards=[5])


@shows("table1/swapping", "swap")
def test_exchanging_keeps_the_values_of_each_stratum_and_moves_the_share_asked_for(tmp_path: Path) -> None:
    ran = processed(tmp_path, PLACES, REGISTER, EXCHANGED)
    assert Counter(row[:2] for row in ran.rows) == Counter(row[:2] for row in REGISTER)
    assert [(row[0], row[2]) for row in ran.rows] == [(row[0], row[2]) for row in REGISTER]
    moved = sum(old != new for old, new in zip(REGISTER, ran.rows, strict=True))
    assert abs(moved - 300) <= 4  # each of the two strata is rounded to a pair, up or down


@shows("table1/swapping", "swap")
def test_columns_that_move_together_stay_together(tmp_path: Path) -> None:
    together = step("swap", "年齢", "判定", method="random", rate="1", strata=["地区"], standards=[5])
    ran = processed(tmp_path, PLACES, REGISTER, together)
    assert all(mark == f"m{age}" for _, age, mark in ran.rows)
    assert Counter(ran.rows) == Counter(REGISTER)
    assert sum(old == new for old, new in zip(REGISTER, ran.rows, strict=True)) <= 2


@shows("table1/swapping", "swap")
def test_ranks_of_partners_lie_within_the_window(tmp_path: Path) -> None:
    near = step("swap", "年齢", method="rank", window="2", standards=[5])
    ran = processed(tmp_path, PLACES, REGISTER, near)
    apart = [abs(int(old[1]) - int(new[1])) for old, new in zip(REGISTER, ran.rows, strict=True)]
    assert max(apart) <= 20  # 2 % of 1,000 records
    assert fmean(apart) > 5
    assert sorted(row[1] for row in ran.rows) == sorted(row[1] for row in REGISTER)


@shows("table1/swapping", "swap")
def test_the_lot_is_the_keys(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    mine, other = key_store(tmp_path), key_store(tmp_path / "other")
    made = [processed(tmp_path, PLACES, REGISTER, EXCHANGED, store=store).rows for store in (mine, mine, other)]
    assert made[0] == made[1] != made[2]


# ノイズ（誤差）付加


@shows("table1/noise", "add-noise")
@pytest.mark.parametrize(
    ("distribution", "scale", "variance"), [("normal", "2", 4.0), ("laplace", "2", 8.0), ("uniform", "3", 3.0)]
)
def test_what_is_added_has_mean_nought_and_the_variance_of_its_distribution(
    tmp_path: Path, distribution: str, scale: str, variance: float
) -> None:
    source = Random(7)  # noqa: S311 - invented cells, no secret
    rows = [(str(n), f"{source.gauss(60, 9):.1f}") for n in range(5000)]
    noise = step("add-noise", "体重", distribution=distribution, scale=scale, decimals=3, person="人", standards=[5])
    ran = processed(tmp_path, [declared("人"), declared("体重", "decimal")], rows, noise)
    added = [float(new[1]) - float(old[1]) for old, new in zip(rows, ran.rows, strict=True)]
    assert abs(fmean(added)) < 4 * (variance / 5000) ** 0.5
    assert pvariance(added) == pytest.approx(variance, rel=0.15)
    assert len({round(one, 3) for one in added}) > 2500


@shows("table1/noise", "add-noise")
def test_noise_keeps_whole_numbers_limits_and_missing_cells(tmp_path: Path) -> None:
    source = Random(8)  # noqa: S311 - invented cells, no secret
    rows = [(str(source.randrange(4)),) for _ in range(400)] + [(None,)] * 5
    noise = step("add-noise", "本数", distribution="normal", scale="2", at_least="0", at_most="9", standards=[5])
    ran = processed(tmp_path, [declared("本数", "integer")], rows, noise)
    after = [cell for (cell,) in ran.rows]
    assert after[400:] == [""] * 5
    assert {int(cell) for cell in after[:400]} <= set(range(10))
    assert sum(old != (new,) for old, new in zip(rows[:400], after, strict=False)) > 200


@shows("table1/noise", "shift-dates")
def test_a_persons_dates_move_by_one_number_of_days(tmp_path: Path) -> None:
    rows = [(f"p{n}", "2025-04-01", "2025-04-09") for n in range(200)]
    columns = [declared("患者"), declared("入院日", "date"), declared("退院日", "date")]
    shift = step("shift-dates", "入院日", "退院日", person="患者", days=10, standards=[5])
    after = [[date.fromisoformat(cell) for cell in row[1:]] for row in processed(tmp_path, columns, rows, shift).rows]
    assert {(left - came).days for came, left in after} == {8}
    assert {(came - date(2025, 4, 1)).days for came, _ in after} == {*range(-10, 0), *range(1, 11)}


# 疑似データ生成


@shows("table1/synthetic-records", "add-dummies")
def test_artificial_records_are_mixed_in_and_count_as_nobody(tmp_path: Path) -> None:
    source = Random(9)  # noqa: S311 - invented cells, no secret
    rows = [
        (
            source.choice("北南東西"),
            source.choice(("男", "女")),
            str(source.randrange(20, 80, 5)),
            source.choice("ABCD"),
        )
        for _ in range(300)
    ]
    columns = [declared("地区"), declared("性別"), declared("年齢", "integer"), declared("判定")]
    names = [column["name"] for column in columns]
    check = {"measure": "k-anonymity", "columns": ["地区", "性別"], "at_least": 2}
    dummies = step("add-dummies", *names, share="0.1", domain="提供用", standards=[5])
    ran = processed(tmp_path, columns, rows, step("keep", *names), dummies, checks=[check], output={"shuffle": True})
    there, true = Counter(ran.rows), Counter(rows)
    assert len(ran.rows) == 330
    assert not true - there  # every true record is still there, unchanged
    made = there - true
    assert sum(made.values()) == 30
    assert not set(made) & set(true)
    for n in range(4):
        assert {row[n] for row in made} <= {row[n] for row in true}
    fewest = min(Counter(row[:2] for row in rows).values())
    assert [one["value"] for one in ran.receipt["checks"] if one["measure"] == "k-anonymity"] == [fewest]


# Nothing is left out


def test_every_row_of_table_1_has_its_test() -> None:
    assert sorted(SHOWN) == sorted(row.id for row in law.table1())


@pytest.mark.parametrize("row", [row.id for row in law.table1()])
def test_every_technique_of_a_row_is_shown(row: str) -> None:
    citing = {name for name, kind in techniques().items() if kind.law == row}
    assert citing
    assert SHOWN[row] == citing


def test_a_technique_that_cites_no_row_says_what_it_rests_on_instead() -> None:
    rows = {row.id for row in law.table1()}
    others = {name: kind.law for name, kind in techniques().items() if kind.law not in rows}
    assert others == {
        "join-table": "note/join",  # brings registers together before anything is processed
        "keep": "note/keep",  # a decision, not processing
        "pseudonymize": "note/pseudonym",  # the note of 3-2-1, not a row
        "rename-column": "note/rename",  # changes no value
    }
    for cited in others.values():
        assert law.cite(cited).basis in {"guideline", "product"}
        assert len(law.cite(cited).explanation.ja) > 20
