"""Columns that tell one another are found, and chance is not taken for it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.looked_at import everything_told, profiled
from shared_folder import shared
from sudare import profile
from sudare.profiles.computed import adds_up, is_body_mass_index
from sudare.profiles.pairs import pairs_of
from sudare.tables.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.profiles import Pair, Profile
    from sudare.profiles.sample import Looked


def drawn(seed: int) -> Random:
    """Return what the invented tables are drawn by."""
    return Random(seed)  # noqa: S311 - invented


def told(found: Profile) -> dict[str, set[tuple[str, ...]]]:
    """Return the columns of the pairs, by kind."""
    kinds: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for pair in found.pairs:
        kinds[pair.kind].add(pair.columns)
    return dict(kinds)


def towns(rows: int = 600, slips: int = 0) -> dict[str, list[object]]:
    """Return postal codes, each of one of 30 towns of three prefectures; some towns written wrongly."""
    draw = drawn(7)
    codes = [draw.randrange(60) for _ in range(rows)]
    names = [f"町{code // 2}" for code in codes]
    for n in range(slips):
        names[n * 11] = f"町{(codes[n * 11] // 2 + 1) % 30}"
    return {
        "郵便番号": [f"790-00{code:02}" for code in codes],
        "町名": list(names),
        "点": [draw.randrange(5) for _ in range(rows)],
    }


def test_a_postal_code_that_always_tells_the_town_is_nested_in_it() -> None:
    found = profiled(towns())
    assert told(found) == {"nested": {("郵便番号", "町名")}}
    assert found.pairs[0].to_dict("ja") == {
        "kind": "nested",
        "columns": ["郵便番号", "町名"],
        "share": 1.0,
        "message": "「郵便番号」が決まれば「町名」も決まります（逆は決まりません）。",
    }


def test_with_a_few_slips_it_tells_the_town_in_nearly_every_row() -> None:
    found = profiled(towns(slips=12))
    assert told(found) == {"tells": {("郵便番号", "町名")}}
    assert found.pairs[0].share == 0.98
    assert "98 %" in found.remarks("en")[0]


def test_with_many_slips_it_does_not() -> None:
    assert told(profiled(towns(slips=24))) == {}  # 96 % of the rows


def test_one_slip_in_many_rows_is_not_every_row() -> None:
    [pair] = profiled(towns(rows=20_000, slips=1)).pairs
    assert (pair.kind, pair.share) == ("tells", 0.9999)
    assert "99.9 %" in pair.message.en


def test_a_code_and_its_name_tell_each_other() -> None:
    codes = [n * 7 % 20 for n in range(400)]
    table = {"コード": [f"{code:03}" for code in codes], "名": [f"名称{code}" for code in codes]}
    assert told(profiled(table)) == {"one-to-one": {("コード", "名")}}


def test_copies_are_equal_even_where_nearly_unique_and_not_quite_the_same() -> None:
    ids = [f"ID{n:05}" for n in range(1000)]
    again = [*ids[:991], *(f"XX{n:05}" for n in range(9))]
    other = [*ids[:985], *(f"XX{n:05}" for n in range(15))]
    found = profiled({"ID": ids, "写し": again, "別": other})
    assert told(found)["equal"] == {("ID", "写し")}  # 991 rows of 1000; the other copy has 985
    assert {pair.columns: pair.share for pair in found.pairs}["ID", "写し"] == 0.991


def test_two_missing_cells_are_no_equality() -> None:
    draw = drawn(1)
    one = [draw.choice("あいう") if n % 20 == 0 else None for n in range(2000)]
    two = [draw.choice("あいう") if n % 20 == 0 else None for n in range(2000)]
    assert told(profiled({"甲": one, "乙": two})) == {}


def test_what_is_nearly_constant_is_not_told_by_others() -> None:
    draw = drawn(2)
    table = {
        "県": ["愛媛県"] * 950 + ["高知県"] * 50,
        "町": [f"町{n % 20}" for n in range(950)] + [f"町{20 + n % 3}" for n in range(50)],
        "点": [draw.randrange(9) for _ in range(1000)],
    }
    assert told(profiled(table)) == {}


def test_what_is_nearly_unique_tells_nothing() -> None:
    draw = drawn(3)
    table = {
        "番号": [f"{draw.randrange(2000):05}" for _ in range(1000)],
        "性別": [draw.choice("男女") for _ in range(1000)],
    }
    assert told(profiled(table)) == {}


def test_chance_is_not_taken_for_telling() -> None:
    # Two or three rows for each code: the commoner sex of each is right in most rows, by chance alone.
    draw = drawn(4)
    table = {
        "組": [f"K{n // 3:04}" for n in range(3000)],
        "型": ["甲" if draw.random() < 0.89 else "乙" for _ in range(3000)],
    }
    assert told(profiled(table)) == {}


def test_rows_without_the_telling_cell_are_left_out() -> None:
    table = towns()
    table["郵便番号"] = [code if n % 4 else None for n, code in enumerate(table["郵便番号"])]
    assert told(profiled(table)) == {"nested": {("郵便番号", "町名")}}


def test_fewer_than_thirty_rows_prove_nothing() -> None:
    assert profiled({"甲": ["あ", "い"] * 14, "乙": ["う", "え"] * 14}).pairs == ()


def people(rows: int = 500) -> dict[str, list[object]]:
    """Return dates of birth with ages at one day, and bodies with their index."""
    draw = drawn(5)
    births = [draw.randrange(1940, 2005) for _ in range(rows)]
    tall = [round(draw.gauss(162, 9), 1) for _ in range(rows)]
    heavy = [round(draw.gauss(61, 10), 1) for _ in range(rows)]
    return {
        "生年月日": [f"{year}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}" for year in births],
        "生年": list(births),
        "年齢": [2026 - year - draw.randrange(2) for year in births],
        "身長": list(tall),
        "体重": list(heavy),
        "BMI": [round(b / (a / 100) ** 2, 1) for a, b in zip(tall, heavy, strict=True)],
    }


def test_age_and_year_of_birth_and_bmi_are_computed() -> None:
    found = told(profiled(people()))
    assert found["birth-year-and-age"] == {("生年月日", "年齢"), ("生年", "年齢")}
    assert found["body-mass-index"] == {("身長", "体重", "BMI")}


def test_heights_in_metres_and_missing_cells_do_not_hide_it() -> None:
    table = people()
    table["身長"] = [f"{float(str(a)) / 100:.3f}" for a in table["身長"]]
    table["体重"] = [b if n % 3 else None for n, b in enumerate(table["体重"])]
    assert told(profiled(table))["body-mass-index"] == {("身長", "体重", "BMI")}


def test_numbers_that_follow_no_rule_are_not_computed() -> None:
    table = people()
    drawn(6).shuffle(table["年齢"])
    drawn(6).shuffle(table["BMI"])
    assert told(profiled(table)) == {}


def test_of_a_large_table_evenly_spread_rows_are_compared() -> None:
    table = towns(rows=5000)
    whole, part = profiled(table), profiled(table, most=1000)
    assert told(part) == told(whole) == {"nested": {("郵便番号", "町名")}}
    assert part.looked_at == 1000


def test_pairs_tell_no_value() -> None:
    assert not any(
        value in everything_told(profiled(towns())).replace("790-00{2}", "") for value in ("町29", "790-0059")
    )


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.none() | st.integers(0, 6)), max_size=120))
def test_shares_are_those_of_plain_python(rows: list[tuple[int, int, int | None]]) -> None:
    names = ("a", "b", "c")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    found = pairs_of([looked(name, list(cells)) for name, cells in columns.items()])
    shares = {pair.columns: pair for pair in found if pair.kind in {"tells", "nested"}}
    for one in names:
        for other in names:
            if one != other and (share := plain_share(columns[one], columns[other])) is not None and share >= 0.97:
                assert is_among(found, one, other, share)
    for (one, other), pair in shares.items():
        share = plain_share(columns[one], columns[other])
        assert share is not None
        assert pair.share == math.floor(share * 10_000) / 10_000
        assert (pair.kind == "nested") == (share == 1)


def looked(name: str, cells: list[int | None]) -> Looked:
    from sudare.profiles.sample import _coded

    return _coded(name, "text", pa.array([None if cell is None else f"{name}{cell}" for cell in cells], pa.string()))


def plain_share(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> float | None:
    """Return in which share of the rows the commonest value beside is right; None where that is not asked."""
    rows = [(a, b) for a, b in zip(one, other, strict=True) if a is not None]
    beside: defaultdict[int, Counter[int | None]] = defaultdict(Counter)
    for a, b in rows:
        beside[a][b] += 1
    if len(rows) < 30 or len(beside) > len(rows) / 2 or len(beside) < 2 or len({b for b in other if b is not None}) < 2:
        return None
    if Counter(b for _, b in rows).most_common(1)[0][1] > 0.9 * len(rows):
        return None
    right = sum(counts.most_common(1)[0][1] for counts in beside.values())
    return right / len(rows) if (right - len(beside)) / (len(rows) - len(beside)) >= 0.9 else None


def is_among(found: tuple[Pair, ...], one: str, other: str, share: float) -> bool:
    kinds = {pair.kind for pair in found if pair.columns == (one, other)}
    back = {pair.kind for pair in found if pair.columns == (other, one)}
    return bool(kinds & {"tells", "nested", "one-to-one"}) or (share == 1 and "one-to-one" in back)


# --- the rules that the detector of betraying columns asks too


def test_a_rule_needs_thirty_rows_and_nearly_all_of_them() -> None:
    years = np.arange(1940.0, 1969.0)
    assert not adds_up(years, 2026 - years)
    years = np.arange(1900.0, 2000.0)
    ages = 2026 - years
    ages[:3] = 500
    assert adds_up(years, ages)
    ages[:4] = 500
    assert not adds_up(years, ages)
    tall, heavy = np.linspace(140, 190, 100), np.linspace(40, 90, 100)
    assert is_body_mass_index(tall, heavy, heavy / (tall / 100) ** 2)
    assert is_body_mass_index(tall / 100, heavy, heavy / (tall / 100) ** 2)
    assert not is_body_mass_index(tall[:29], heavy[:29], heavy[:29] / (tall[:29] / 100) ** 2)
    assert not is_body_mass_index(np.zeros(100), heavy, tall)


# --- real tables


def test_on_adult_nothing_tells_anything() -> None:
    assert profile(shared("data", "adult", "adult.csv")).pairs == ()


def test_on_the_sample_of_positions_a_device_has_one_advertising_id(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    SAMPLES["positions"].write(path)
    found = told(profile(path))
    assert found["one-to-one"] == {("端末ID", "広告ID")}
    assert ("端末ID", "機種") in found["nested"]
    assert ("電話番号", "端末ID") in found["tells"]
