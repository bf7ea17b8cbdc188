"""Facts of a column are what plain Python counts, and no value that few hold is among them."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from profiles.looked_at import everything_told, profiled, texts
from shared_folder import shared
from sudare import profile
from sudare.engines.engine import Engine
from sudare.profiles import ColumnFacts, shown
from sudare.profiles.patterns import LONGEST, pattern, patterns
from sudare.profiles.small_counts import shown_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 10
CELLS = st.lists(
    st.none() | st.sampled_from(["あ", "い", "うう", "A-1", "男 "]) | st.text("あ１a", min_size=1, max_size=3),
    max_size=90,
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), threads=1) as made:
        yield made


def only(cells: list[Any], kind: pa.DataType | None = None, engine: Engine | None = None) -> ColumnFacts:
    [found] = profiled(pa.table({"x": pa.array(cells, kind or pa.string())}), engine=engine).columns
    return found


@settings(max_examples=50, deadline=None)
@given(cells=CELLS)
@example(cells=[])
@example(cells=["あ"])
@example(cells=[None] * 12)
@example(cells=["あ"] * 12)
@example(cells=["あ"] * 12 + ["い"] * 9)
def test_counts_are_those_of_plain_python(engine: Engine, cells: list[str | None]) -> None:
    found = profiled(pa.table({"x": pa.array([*cells], pa.string())}), engine=engine)
    [column] = found.columns
    if column.type != "text":  # a few full-width digits are a number
        return
    sizes = Counter(cell for cell in cells if cell is not None)
    present = sizes.total()
    assert found.rows == len(cells)
    assert column.missing == shown(len(cells) - present)
    assert column.distinct == len(sizes)
    assert column.unique_share == round(sum(n == 1 for n in sizes.values()) / max(present, 1), 6)
    entropy = -sum(n / present * math.log2(n / present) for n in sizes.values())
    assert column.entropy == pytest.approx(entropy, abs=6e-4)
    assert column.evenness == pytest.approx(entropy / math.log2(len(sizes)) if len(sizes) > 1 else 0, abs=6e-4)
    enough = sorted((value for value, n in sizes.items() if n >= LIMIT), key=lambda value: -sizes[value])
    assert {one.what for one in column.frequent} == set(enough[:10])
    assert all(one.count in {sizes[one.what], ">=10"} for one in column.frequent)
    forms = Counter(map(pattern, sizes.elements()))
    assert {one.what for one in column.patterns} == {form for form, n in forms.items() if n >= LIMIT}
    assert all(bar.count >= LIMIT for bar in column.bins)


@settings(max_examples=50, deadline=None)
@given(lengths=st.lists(st.integers(1, 60) | st.integers(4, 6), max_size=70))
def test_ten_texts_at_least_are_as_short_as_the_shortest_told_and_as_long_as_the_longest(
    engine: Engine, lengths: list[int]
) -> None:
    found = only(["字" * n for n in lengths], engine=engine).lengths
    if len(lengths) < LIMIT:
        assert found is None
        return
    assert found is not None
    assert (found.shortest, found.longest) == (sorted(lengths)[9], sorted(lengths)[-10])
    assert found.mean == pytest.approx(sum(lengths) / len(lengths), abs=0.051)


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.text(max_size=LONGEST + 3), max_size=20))
def test_forms_of_many_texts_are_those_of_each(words: list[str]) -> None:
    words = [word.encode("utf-8", "ignore").decode() for word in words]
    counted = patterns(pa.array(words, pa.string()), np.full(len(words), 3, np.int64))
    assert counted == Counter({form: 3 * n for form, n in Counter(map(pattern, words)).items()})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("山田　花子", "漢{2}　漢{2}"),
        ("佐々木 タロー", "漢{3} カ{3}"),
        ("790-0001", "9{3}-9{4}"),
        ("ﾔﾏﾀﾞ", "ｶ{4}"),
        ("Ａb１", "Ａa９"),
        ("ひらがな〇", "ひ{4}漢"),
        ("\ue000田", "外漢"),  # a gaiji of the machine's own
        ("a＝b", "a記a"),
        ("", ""),
        ("字" * 41, "漢{40}…"),
        ("𠮷野家", "漢{3}"),
    ],
)
def test_a_form_is_classes_of_characters(text: str, form: str) -> None:
    assert pattern(text) == form


def test_where_few_are_left_over_the_last_count_is_not_exact() -> None:
    assert shown_of([], 5) == []
    assert shown_of([90, 10], 100) == [90, 10]
    assert shown_of([80, 10], 100) == [80, 10]
    assert shown_of([81, 10], 100) == [81, ">=10"]
    column = only(["男"] * 50 + ["女"] * 40 + ["他"] * 3)
    assert [(one.what, one.count) for one in column.frequent] == [("男", 50), ("女", ">=10")]
    assert [(bar.label.ja, bar.count) for bar in column.bins] == [("男", 50), ("その他", 43)]


def test_the_ten_most_frequent_values_are_listed_and_of_equals_the_first_by_text() -> None:
    column = only([f"値{n:02}" for n in range(30) for _ in range(12)] + ["多"] * 20)
    assert [one.what for one in column.frequent] == ["多", *(f"値{n:02}" for n in range(9))]


@pytest.mark.parametrize(
    ("cells", "kind", "told"),
    [
        ([34, None, 34] * 10, pa.int64(), [("34", 20)]),
        ([1.5, 2.0] * 10, pa.float64(), [("1.5", 10), ("2", 10)]),
        ([True, False, None] * 10, pa.bool_(), [("false", 10), ("true", 10)]),
        ([dt.date(2026, 4, 1)] * 10, pa.date32(), [("2026-04-01", 10)]),
    ],
)
def test_values_of_every_type_are_told_as_text(
    cells: list[Any], kind: pa.DataType, told: list[tuple[str, int]]
) -> None:
    column = only(cells, kind)
    assert [(one.what, one.count) for one in column.frequent] == told
    assert column.lengths is None
    assert column.patterns == ()


def test_a_cell_that_does_not_fit_the_guessed_type_is_a_misfit_and_not_missing() -> None:
    column = only([*map(str, range(1000)), *["不明"] * 15, None])
    assert (column.type, column.misfits, column.missing, column.distinct) == ("integer", 15, "<10", 1000)
    assert only([*map(str, range(1000)), "不明"]).misfits == "<10"


RARE = ["珍名", "99999", "1890-01-01", "とても長いめずらしい書き込み＝これだけ", "116", "0.0001234"]


def planted(times: int) -> pa.Table:
    """Return a table with values of every type that so many records hold."""
    rows, fill = 400, 400 - times
    return texts(
        {
            "病名": ["高血圧", "糖尿病"] * (fill // 2) + ["健康"] * (fill % 2) + [RARE[0]] * times,
            "番号": [str(n % 40) for n in range(fill)] + [RARE[1]] * times,
            "生年月日": [f"19{50 + n % 40}-03-04" for n in range(fill)] + [RARE[2]] * times,
            "メモ": ["特になし。"] * fill + [RARE[3]] * times,
            "年齢": [str(40 + n % 50) for n in range(fill)] + [RARE[4]] * times,
            "値": [f"{n % 30 + 0.5}" for n in range(fill)] + [RARE[5]] * times,
            "ID": [f"ID{n:04}" for n in range(rows)],
        }
    )


@pytest.mark.parametrize("times", [1, 5, 9])
def test_no_value_that_few_hold_is_told_anywhere(times: int) -> None:
    found = profiled(planted(times))
    told = everything_told(found)
    assert [value for value in RARE if value in told] == []
    assert "記" not in told  # the form of the rare note
    assert "ID0" not in told
    assert found.columns[3].lengths is not None
    assert found.columns[3].lengths.longest == 5


def test_a_value_that_ten_hold_is_told() -> None:
    told = everything_told(profiled(planted(10)))
    assert RARE[0] in told
    assert RARE[4] in told


def test_a_table_without_rows_has_columns() -> None:
    found = profiled(pa.table({"年齢": pa.array([], pa.int64()), "氏名": pa.array([], pa.string())}))
    assert (found.rows, found.looked_at, found.pairs) == (0, 0, ())
    for column in found.columns:
        assert (column.missing, column.distinct, column.unique_share, column.entropy) == (0, 0, 0.0, 0.0)
        assert (column.frequent, column.bins, column.patterns, column.lengths) == ((), (), (), None)


def test_one_row_tells_its_count_and_nothing_else() -> None:
    found = profiled({"氏名": ["例田一子"], "年齢": ["116"]})
    assert found.rows == 1
    assert [(c.distinct, c.unique_share, c.missing) for c in found.columns] == [(1, 1.0, 0)] * 2
    assert not any(value in everything_told(found) for value in ("例田", "116"))


def test_a_constant_column_and_one_without_values() -> None:
    constant, empty = profiled({"県": ["愛媛県"] * 20, "備考": [None] * 20}).columns
    assert (constant.distinct, constant.entropy, constant.evenness, constant.unique_share) == (1, 0.0, 0.0, 0.0)
    assert [(one.what, one.count) for one in constant.frequent] == [("愛媛県", 20)]
    assert (empty.type, empty.missing, empty.distinct, empty.frequent) == ("text", 20, 0, ())


def test_repeated_and_blank_headers_have_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("値,値,\n" + "1,2,3\n" * 12, encoding="utf-8")
    assert [column.name for column in profile(path).columns] == ["値", "値_2", "列3"]


def test_a_cp932_file_with_titles_above_its_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("令和８年度 一覧表,\n氏名,年齢\n".encode("cp932") + "髙橋　一,34\n".encode("cp932") * 12)
    found = profile(path, header_row=2, encoding="cp932")
    assert [(column.name, column.type) for column in found.columns] == [("氏名", "text"), ("年齢", "integer")]
    assert found.columns[0].frequent[0].what == "髙橋　一"


def test_forms_of_a_large_table_are_those_of_evenly_spread_rows() -> None:
    table = texts({"番号": [f"{n:04}" if n % 2 else f"A{n}" for n in range(400)], "年": [n % 3 for n in range(400)]})
    whole, part = profiled(table), profiled(table, most=100)
    assert (whole.looked_at, part.looked_at) == (400, 100)
    assert [column.distinct for column in part.columns] == [column.distinct for column in whole.columns]
    assert sum(one.count for one in part.columns[0].patterns if isinstance(one.count, int)) <= 100
    assert part.to_dict("en") == profiled(table, most=100).to_dict("en")
    assert "Forms and pairs of columns were found by 100 rows" in part.remarks("en")[-1]
    assert "100" not in "".join(whole.remarks("en"))


def test_a_profile_has_the_documented_keys() -> None:
    told = profiled({"年齢": ["34"] * 12}).to_dict("en")
    assert list(told) == ["rows", "columns", "pairs", "looked_at", "problems"]
    assert list(told["columns"][0]) == [
        "name", "type", "missing", "misfits", "distinct", "unique_share", "entropy", "evenness", "frequent", "bins",
        "lengths", "patterns",
    ]  # fmt: skip


# --- headers


@pytest.mark.parametrize(
    ("table", "doubtful"),
    [
        ({"例田一子": ["甲田二郎"] * 12, "116": ["45", "46"] * 6}, True),  # a number above numbers
        ({"例田一子": ["甲田二郎"] * 12, "1950-01-02": ["1961-02-03", "1962-03-04"] * 6}, True),
        ({"氏名": ["甲田二郎"] * 12, "女": ["男", "女"] * 6}, True),  # one of its own values
        ({"甲": ["乙"] * 12, "790-0001": ["790-0002", "790-0003"] * 6}, True),  # the form of its own values
        ({"氏名": ["甲田二郎"] * 12, "年齢": ["45", "46"] * 6}, False),
        ({"町": ["甲"] * 12, "2024": ["5", "6"] * 6, "2025": ["7", "8"] * 6}, False),  # years
        ({"問": ["甲"] * 12, "1": ["5", "6"] * 6, "3": ["7", "8"] * 6, "5": ["1", "2"] * 6}, False),
        ({"町": ["甲"] * 12, "45": ["5", "6"] * 6, "170": ["7", "8"] * 6}, True),
        ({"氏名": ["甲", "乙"] * 6, "糖尿病": ["糖尿病", None] * 6}, False),  # a box that was ticked
        ({"氏名": ["甲", "乙", "氏名"] * 4, "性別": ["男", "女", "性別"] * 4}, False),  # the header again in the file
        ({"氏名": ["氏名", "乙", "丙"] * 4, "性別": ["男", "女", "性別"] * 4}, True),
        ({"Q1": ["A1", "B2"] * 6, "2回目": ["3回目", "1回目"] * 6}, False),
    ],
)
def test_a_header_that_looks_like_a_record_is_not_shown(table: dict[str, list[str | None]], doubtful: bool) -> None:  # noqa: FBT001 - a case
    found = profiled(table)
    codes = [problem.code for problem in found.problems]
    names = [column.name for column in found.columns]
    if doubtful:
        assert codes == ["header-like-data"]
        assert names == [f"列{n}" for n in range(1, len(table) + 1)]
    else:
        assert codes == []
        assert names == list(table)


def test_a_file_without_a_header_shows_no_record(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("例田一子,116\n例田二郎,45\n例田三郎,46\n", encoding="utf-8")
    told = everything_told(profile(path))
    assert not any(part in told for part in ("例田", "116", "45"))


def test_what_a_profile_shows_is_escaped_and_no_name_is_in_its_repr() -> None:
    found = profiled({"<b>年齢\x1b[31m": ["34"] * 12})
    assert "<b>" not in found._repr_html_()
    assert "\x1b" not in found._repr_html_() + "".join(found.grid("ja")[1][0])
    assert "年齢" not in repr(found)


# --- real tables


def test_adult_has_its_known_counts() -> None:
    found = {column.name: column for column in profile(shared("data", "adult", "adult.csv")).columns}
    assert {name: column.distinct for name, column in found.items()} == {
        "sex": 2, "age": 72, "race": 5, "marital-status": 7, "education": 16, "native-country": 41, "workclass": 7,
        "occupation": 14, "salary-class": 2,
    }  # fmt: skip
    assert [(one.what, one.count) for one in found["sex"].frequent] == [("Male", 20380), ("Female", 9782)]
    assert "Holand-Netherlands" not in str(found["native-country"].to_dict("en"))  # a single record
    assert [found[name].missing for name in found] == [0] * 9


@pytest.mark.parametrize(
    "name", ["sdcmicro/testdata_na.csv", "sdcmicro/francdat.csv", "more/CASCrefmicrodata.csv", "more/EIA.csv"]
)
def test_every_real_table_has_a_profile_without_rare_values(name: str) -> None:
    import csv

    path = shared("data", *name.split("/"))
    found = profile(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *records = csv.reader(file, delimiter=";" if ";" in path.open(encoding="utf-8-sig").readline() else ",")
    assert found.rows == len(records)
    for place, column in enumerate(found.columns):
        sizes = Counter(record[place] for record in records)
        assert column.name in {header[place], f"列{place + 1}"}
        if column.type == "text":
            assert all(sizes[one.what] >= LIMIT for one in column.frequent)
            assert column.distinct == len(sizes.keys() - {""})
