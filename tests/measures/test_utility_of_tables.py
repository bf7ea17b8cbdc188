"""Two tables side by side: what is read as what, which rows are the same, and what nobody is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_runs import refused
from sudare.cli import main
from sudare.errors import UsageError
from sudare.measures.utility.task import can_be_scored
from sudare.verbs import utility

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEYS = ["il1s", "sse_over_sst", "columns"]


def made(**columns: Sequence[Any]) -> pa.Table:
    return pa.table({name: pa.array(list(cells)) for name, cells in columns.items()})


def column(before: Sequence[Any], after: Sequence[Any], *, by_id: bool = True, **how: Any) -> dict[str, Any]:
    """Compare one column."""
    ids = [f"p{n}" for n in range(len(before))]
    found = utility(
        made(id=ids, a=before), made(id=ids[: len(after)], a=after), id="id" if by_id else None, **how
    ).to_dict("en")["columns"]["a"]
    assert isinstance(found, dict)
    return found


AGES = list(range(20, 80)) * 2
BINS = [f"{n // 10 * 10}歳以上{n // 10 * 10 + 10}歳未満" for n in AGES]


# ------------------------------------------------------------------ identical tables, and invariance

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-50, 50)),
        st.one_of(st.none(), st.floats(-9, 9, width=16)),
        st.sampled_from(["男", "女", None]),
    ),
    min_size=1,
    max_size=25,
)


def table_of(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    kinds = {"整数": pa.int64(), "小数": pa.float64(), "性別": pa.string()}
    cells = {name: pa.array([row[n] for row in rows], kind) for n, (name, kind) in enumerate(kinds.items())}
    return pa.table({"id": pa.array([f"p{n}" for n in range(len(rows))]), **cells})


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_a_table_beside_itself_lost_nothing(rows: list[tuple[Any, ...]]) -> None:
    table = table_of(rows)
    found = utility(table, table, id="id", qi=["性別"])
    assert found.il1s == 0.0
    assert found.sse_over_sst in {0.0, None}
    assert found.suppressed in {0.0, None}
    assert (found.matched, found.removed, found.added) == (len(rows), (), ())
    for one in found.columns:
        assert one.by_row is not None
        assert (one.by_row.changed, one.by_row.hidden, one.hidden) == (0, 0, 0)
        assert one.total_variation == 0.0
        assert one.largest_gap in {0.0, None}
        assert one.wasserstein in {0.0, None}
        assert one.by_row.granularity == 1.0
    assert all(value == 0.0 for _, _, value in found.pairs)
    assert found.correlation is None or found.correlation.largest == 0.0


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_and_types_make_no_difference(rows: list[tuple[Any, ...]], random: Any) -> None:
    before = table_of(rows)
    after = before.set_column(
        1, "整数", pa.array([None if row[0] is None else row[0] // 7 * 7 for row in rows], pa.int64())
    )
    plain = utility(before, after, id="id").to_dict("en")
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = after.take(order).select(["性別", "小数", "整数", "id"])
    shuffled = shuffled.set_column(0, "性別", shuffled["性別"].dictionary_encode())
    shuffled = shuffled.set_column(2, "整数", shuffled["整数"].cast(pa.string()))
    again = utility(before, shuffled, id="id").to_dict("en")
    for told in (plain, again):
        for part in ("correlation", "eigenvalues"):
            told.pop(part)
    assert plain == again


@pytest.mark.parametrize("by_id", [True, False])
@pytest.mark.parametrize(
    "cells", [[], [1.5], [2, 2, 2], [None, None], ["x"], ["", ""]], ids=["empty", "one", "constant", "missing", "text", "blank"]
)  # fmt: skip
def test_tables_of_hardly_anything_are_measured(cells: list[Any], by_id: bool) -> None:  # noqa: FBT001 - a case
    found = column(cells, cells, by_id=by_id)
    assert found["total_variation"] in {0.0, None}
    assert found["hidden"] == 0
    assert found["il1s"] in {0.0, None}


def test_all_missing_after_all_there() -> None:
    found = column(["1", "2", "3"] * 10, [None] * 30)
    assert (found["missing"], found["changed"], found["total_variation"]) == ({"before": 0, "after": 30}, 1.0, 1.0)
    assert found["il1s"] == 0.0  # no cell has a number on both sides


# ------------------------------------------------------------------ how a column is read


def test_numbers_that_became_ranges_are_compared_in_these_ranges() -> None:
    for by_id in (True, False):
        found = column(AGES, BINS, by_id=by_id)
        assert (found["read"], found["total_variation"], found["ks"]) == ("intervals", 0.0, 0.0)
        assert (found["il1s"], found["wasserstein"]) == (None, None)
    lost = column(AGES, BINS)
    assert lost["granularity"] == pytest.approx(1 - 9 / 59)
    assert 0 < lost["entropy_lost"] < 1
    shifted = ["70歳以上80歳未満" if label.startswith("20") else label for label in BINS]
    assert column(AGES, shifted)["total_variation"] == pytest.approx(1 / 6)


def test_rounding_alone_makes_no_distance_and_a_shift_does() -> None:
    heights = [140 + n / 2 for n in range(1, 121)]
    rounded = [int((cell + 2.5) // 5 * 5) for cell in heights]
    assert column(heights, rounded)["total_variation"] == 0.0
    assert column(heights, rounded)["wasserstein"] > 0
    assert column(heights, [min(cell + 10, 200) for cell in rounded])["total_variation"] > 0.1


def test_a_top_coded_column_keeps_its_numbers_and_its_label() -> None:
    coded = [str(n) if n < 70 else "70歳以上" for n in AGES]
    found = column(AGES, coded)
    assert (found["read"], found["total_variation"], found["changed"]) == ("intervals", 0.0, pytest.approx(1 / 6))
    # Fewer than 2 % of labels: a guess would take the column for numbers and lose them.
    one = column(AGES, [str(n) if n < 79 else "79歳以上" for n in AGES])
    assert (one["read"], one["missing"]["after"], one["changed"]) == ("intervals", 0, None)


def test_ranges_that_overlap_are_compared_where_they_can_be() -> None:
    found = column([41, 44, 46, 49] * 10, ["40以上45未満", "40以上50未満", "45以上50未満", "40以上50未満"] * 10)
    assert (found["read"], found["total_variation"]) == ("intervals", 0.0)


def test_dates_that_became_years_are_compared_in_years() -> None:
    days = [f"19{50 + n % 30}-0{1 + n % 9}-11" for n in range(90)]
    for released in ([day[:4] for day in days], [day[:7] for day in days]):
        assert column(days, released)["read"] == "intervals"
        assert column(days, released)["total_variation"] == 0.0


def test_a_value_is_followed_to_its_new_label_where_rows_align() -> None:
    towns, prefectures = ["松山市", "今治市", "呉市"] * 20, ["愛媛県", "愛媛県", "広島県"] * 20
    found = column(towns, prefectures)
    assert (found["read"], found["total_variation"], found["changed"]) == ("groups", 0.0, 1.0)
    assert found["granularity"] == pytest.approx(2 / 3)
    alone = column(towns, prefectures, by_id=False)
    assert (alone["read"], alone["total_variation"], alone["granularity"]) == ("categories", 1.0, None)


def test_swapped_categories_stay_categories() -> None:
    found = column(["a", "b", "c"] * 20, ["b", "a", "c"] * 10 + ["a", "b", "c"] * 10)
    assert (found["read"], found["total_variation"], found["granularity"]) == ("categories", 0.0, None)
    assert found["changed"] == pytest.approx(1 / 3)


def test_codes_with_leading_zeros_are_no_numbers() -> None:
    assert column(["01", "02"] * 10, ["01", "02"] * 10)["read"] == "categories"


def test_what_is_no_number_in_a_column_of_numbers_is_missing_on_both_sides() -> None:
    cells = [*map(str, range(200)), "不明"]
    found = column(cells, cells)
    assert (found["read"], found["missing"]) == ("numbers", {"before": "<10", "after": "<10"})


# ------------------------------------------------------------------ hidden, missing, removed


def test_a_hidden_cell_is_no_missing_one() -> None:
    before = ["甲", "乙", None] * 20
    found = column(before, ["*" if cell == "乙" else cell for cell in before])
    assert (found["hidden"], found["missing"]["after"]) == (20, 20)
    assert found["suppressed"] == pytest.approx(1 / 3)
    assert found["changed"] == pytest.approx(0.5)
    marked = column(before, ["削除" if cell == "乙" else cell for cell in before], suppressed_as="削除")
    assert marked["hidden"] == 20
    assert column(["*", "甲"] * 10, ["*", "甲"] * 10)["hidden"] == 0  # a value of the data


def test_a_column_beside_a_typed_one_says_what_is_hidden() -> None:
    before = made(id=list("abc"), 年齢=[30, 40, 50])
    after = made(id=list("abc"), 年齢=[30, None, None], 年齢_suppressed=[False, True, False])
    found = utility(before, after, id="id")
    assert (found.columns[0].hidden, found.columns[0].missing, found.added) == (1, (0, 1), ())


def test_columns_and_rows_that_went_are_told() -> None:
    before = made(id=[str(n) for n in range(40)], 氏名=["x"] * 40, 年齢=AGES[:40])
    after = made(id=[str(n) for n in range(25)] + ["new"], 年齢=AGES[:26], 仮ID=["y"] * 26)
    found = utility(before, after, id="id")
    told = found.to_dict("en")
    assert told["columns"]["氏名"] == {"read": "removed"}
    assert told["columns"]["仮ID"] == {"read": "added"}
    assert told["rows"] == {"before": 40, "after": 26, "matched": 25, "removed": 15, "added": "<10"}
    assert told["suppressed"] == pytest.approx(15 / 40)
    assert told["loss"] == pytest.approx(15 / 40)


def test_counts_of_few_are_not_told() -> None:
    before = [str(n % 5) + "番" for n in range(100)]
    found = column(before, ["*", *before[1:]])
    assert (found["hidden"], found["suppressed"], found["changed"]) == ("<10", None, None)


# ------------------------------------------------------------------ IDs


def test_ids_that_do_not_tell_rows_apart_are_refused_without_being_told() -> None:
    table = made(id=["秘密一", "秘密一", "秘密二"], a=[1, 2, 3])
    good = made(id=["秘密一", "秘密二"], a=[1, 2])
    assert refused(lambda: utility(table, good, id="id"), "秘密") == {"repeated-id": ["id"]}
    gap = made(id=["秘密一", None], a=[1, 2])
    assert refused(lambda: utility(good, gap, id="id"), "秘密") == {"missing-id": ["id"]}
    other = made(id=["秘密三", "秘密四"], a=[1, 2])
    assert refused(lambda: utility(good, other, id="id"), "秘密") == {"no-common-id": ["id"]}
    with pytest.raises(UsageError) as raised:
        utility(good, good, id="番号", qi=["住所"])
    assert [(one.code, one.where) for one in raised.value.problems] == [
        ("missing-column", "id"),
        ("missing-column", "qi"),
    ]


# ------------------------------------------------------------------ a task


def learnable() -> pa.Table:
    n = range(300)
    return made(
        id=[str(i) for i in n], 年齢=[20 + i % 60 for i in n], 性別=["男女"[i % 2] for i in n],
        判定=["要" if i % 60 > 30 else "不要" for i in n],
    )  # fmt: skip


def test_a_task_is_scored_where_scikit_learn_is_there_and_else_said_not_to_be() -> None:
    table = learnable()
    after = table.set_column(
        1, "年齢", pa.array(["50歳以上" if n.as_py() >= 50 else "50歳未満" for n in table["年齢"]])
    )
    found = utility(table, after, id="id", task="判定")
    if not can_be_scored():
        assert found.task is None
        assert [problem.code for problem in found.problems] == ["task-not-scored"]
        return
    assert found.task is not None
    assert found.task.measure == "accuracy"
    assert found.task.before == 1.0
    assert 0.95 < found.task.after < 1.0  # those of fifty can no longer be told
    assert found.task.guess == pytest.approx(0.5, abs=0.1)


def test_a_task_needs_an_id() -> None:
    found = utility(learnable(), learnable(), task="判定")
    assert found.task is None
    assert [problem.code for problem in found.problems] == ["task-not-scored"]


# ------------------------------------------------------------------ the command


def called(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def files(folder: Path) -> tuple[Path, Path]:
    before, after = folder / "before.csv", folder / "after.csv"
    lines = [f"{n},例{n}子,{n % 50 + 20},{'男女'[n % 2]}" for n in range(100)]
    before.write_text("番号,氏名,年齢,性別\n" + "\n".join(lines) + "\n", encoding="utf-8")
    lines = [f"{n},{n % 50 // 10 * 10 + 20},{'*' if n < 20 else '男女'[n % 2]}" for n in reversed(range(100))]
    after.write_text("番号,年齢,性別\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return before, after


def test_the_command_prints_the_keys_of_the_design(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("utility", *files(tmp_path), "--id", "番号", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told)[:3] == KEYS
    assert set(told["columns"]) == {"年齢", "性別", "氏名"}
    assert told["columns"]["性別"]["hidden"] == 20
    assert told["il1s"] == told["columns"]["年齢"]["il1s"] > 0
    assert 0 < told["sse_over_sst"] < 1
    assert told["classes"] is None
    assert told["task"] is None


def test_without_an_id_the_command_compares_distributions_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called("utility", *files(tmp_path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["il1s"], told["sse_over_sst"], told["loss"], told["suppressed"]) == (None, None, None, None)
    assert told["columns"]["性別"]["total_variation"] == 0.0
    assert told["rows"] == {"before": 100, "after": 100, "matched": None, "removed": None, "added": None}


def test_a_person_sees_few_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("utility", *files(tmp_path), "--id", "番号", "--qi", "年齢,性別", "--lang", "ja") == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].startswith("100 行 → 100 行  IL1s ")
    assert "出力にない" in shown
    assert "例1子" not in shown


def test_a_wrong_call_exits_2_and_a_bad_id_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = files(tmp_path)
    assert called("utility", before, after, "--id", "住所", "--lang", "en") == 2
    assert called("utility", before, after, "--id", "性別", "--lang", "en") == 3
    told = capsys.readouterr().err
    assert "[missing-column]" in told
    assert "[repeated-id]" in told


def test_a_notebook_shows_the_same(tmp_path: Path) -> None:
    shown = utility(*files(tmp_path), id="番号")._repr_html_()
    assert "IL1s" in shown
    assert "例" not in shown
