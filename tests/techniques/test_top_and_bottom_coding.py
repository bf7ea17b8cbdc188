from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sudare.models import problems_of
from sudare.tables.schema import Column, Schema
from sudare.techniques.bottom_code import BottomCode
from sudare.techniques.technique import HIDDEN
from sudare.techniques.top_code import TopCode
from techniques_at_work import run_step


def top(at_least: Any, **more: Any) -> dict[str, Any]:
    return {"technique": "top-code", "columns": ["n"], "at_least": at_least, **more}


def bottom(at_most: Any, **more: Any) -> dict[str, Any]:
    return {"technique": "bottom-code", "columns": ["n"], "at_most": at_most, **more}


def column(outcome: Any, name: str = "n") -> list[Any]:
    assert outcome.codes == []
    return [row[outcome.names.index(name)] for row in outcome.rows]


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (89, "89"),
        (90, "90歳以上"),  # the limit itself is gathered
        (116, "90歳以上"),  # guideline 3-2-4, example 2
        (-5, "-5"),
        (None, None),
    ],
)
def test_ages_of_ninety_and_over_share_one_label(age: int | None, shown: str | None) -> None:
    outcome = run_step(top("90"), {"n": "integer"}, [(age,)], units={"n": "歳"})
    assert column(outcome) == [shown]
    assert outcome.types == {"n": "text"}


def test_heights_of_170_cm_among_children_become_the_label() -> None:
    # Guideline 3-2-5, example 3.
    outcome = run_step(top("150"), {"n": "decimal"}, [(170.0,), (149.9,), (150.0,), (120.0,)], units={"n": "cm"})
    assert column(outcome) == ["150cm以上", "149.9", "150cm以上", "120"]


def test_small_values_share_one_label() -> None:
    outcome = run_step(bottom("140"), {"n": "decimal"}, [(140.0,), (140.1,), (98.5,), (None,)], units={"n": "cm"})
    assert column(outcome) == ["140cm以下", "140.1", "140cm以下", None]


def test_dates_are_gathered_at_both_ends() -> None:
    rows = [("1925-12-31",), ("1926-01-01",), (None,)]
    early = run_step(bottom("大正14年12月31日"), {"n": "date"}, rows)
    assert column(early) == ["1925-12-31以前", "1926-01-01", None]
    late = run_step(top("1926-01-01"), {"n": "date"}, rows)
    assert column(late) == ["1925-12-31", "1926-01-01以降", None]


@pytest.mark.parametrize(
    ("label", "shown"), [("高齢", "高齢"), ("{at_least}歳から", "90歳から"), ("{at_least", "{at_least")]
)
def test_a_label_of_ones_own_may_hold_the_threshold(label: str, shown: str) -> None:
    assert column(run_step(top("90", label=label), {"n": "integer"}, [(95,)])) == [shown]


def test_hidden_cells_stay_hidden_and_count_for_nobody() -> None:
    rows = [(116,), (95,), (40,)]
    hide = {"n": {"column": "n", "at_least": "100"}}
    assert column(run_step(top("90"), {"n": "integer"}, rows, hide=hide)) == [HIDDEN, "90以上", "40"]
    outcome = run_step(top("90", minimum_group=2), {"n": "integer"}, rows, hide=hide)
    assert outcome.codes == ["small-group"]


def test_strata_can_have_thresholds_of_their_own() -> None:
    per = {"column": "学年", "at_least": {"1": "130", "6": "165"}}
    rows = [("1", 131), ("1", 129), ("6", 164), ("6", 165), ("3", 151), (None, 149), (None, 150)]
    outcome = run_step(top("150", per=per), {"学年": "text", "n": "integer"}, rows, units={"n": "cm"})
    assert column(outcome) == ["130cm以上", "129", "164", "165cm以上", "150cm以上", "149", "150cm以上"]


def test_strata_of_numbers_are_compared_as_numbers() -> None:
    per = {"column": "学年", "at_least": {"01": "130"}}
    outcome = run_step(top("150", per=per), {"学年": "integer", "n": "integer"}, [(1, 131), (2, 131)])
    assert column(outcome) == ["130以上", "131"]


BY_SEX = {"性": "text", "n": "integer"}
SMALL = [("男", 91), ("男", 92), ("男", 95), ("女", 99), ("女", 85), ("女", 84), ("女", 70), (None, None)]


def test_groups_smaller_than_the_minimum_stop_the_run_and_strata_are_counted() -> None:
    outcome = run_step(top("90", minimum_group=3, strata=["性"]), BY_SEX, SMALL)
    assert outcome.codes == ["small-group"]
    assert "1 層" in outcome.refused[0].line("ja")
    assert "女" not in outcome.refused[0].line("ja")


def test_a_group_with_nobody_in_it_is_large_enough() -> None:
    rows = [("男", 91), ("男", 92), ("女", 85)]
    outcome = run_step(top("90", minimum_group=2, strata=["性"]), BY_SEX, rows)
    assert column(outcome) == ["90以上", "90以上", "85"]


def test_small_groups_can_be_hidden() -> None:
    outcome = run_step(top("90", minimum_group=3, strata=["性"], if_smaller="suppress"), BY_SEX, SMALL)
    assert column(outcome) == ["90以上", "90以上", "90以上", HIDDEN, "85", "84", "70", None]


def test_small_groups_can_take_in_the_next_values_and_the_label_says_so() -> None:
    given = top("90", minimum_group=3, strata=["性"], if_smaller="merge", label="{at_least}歳以上")
    outcome = run_step(given, BY_SEX, SMALL)
    assert column(outcome) == ["90歳以上", "90歳以上", "90歳以上", "84歳以上", "84歳以上", "84歳以上", "70", None]


def test_small_groups_at_the_bottom_take_in_the_next_values_up() -> None:
    rows = [(10,), (20,), (20,), (30,)]
    outcome = run_step(bottom("10", minimum_group=2, if_smaller="merge"), {"n": "integer"}, rows)
    assert column(outcome) == ["20以下", "20以下", "20以下", "30"]


def test_a_stratum_with_too_few_people_is_hidden_where_it_would_be_gathered() -> None:
    rows = [("男", 91), ("男", 40), ("女", 91), ("女", 92), ("女", 93)]
    outcome = run_step(top("90", minimum_group=3, strata=["性"], if_smaller="merge"), BY_SEX, rows)
    assert column(outcome) == [HIDDEN, "40", "90以上", "90以上", "90以上"]


def test_missing_strata_are_a_stratum() -> None:
    rows = [(None, 91), (None, 92), ("男", 91)]
    outcome = run_step(top("90", minimum_group=2, strata=["性"], if_smaller="suppress"), BY_SEX, rows)
    assert column(outcome) == ["90以上", "90以上", HIDDEN]


def test_combinations_of_columns_are_strata() -> None:
    types = {"性": "text", "学年": "integer", "n": "integer"}
    rows = [("男", 1, 91), ("男", 1, 92), ("男", 2, 93), ("女", 1, 94), ("女", 1, 95)]
    outcome = run_step(top("90", minimum_group=2, strata=["性", "学年"], if_smaller="suppress"), types, rows)
    assert column(outcome) == ["90以上", "90以上", HIDDEN, "90以上", "90以上"]


def test_thresholds_of_their_own_make_strata() -> None:
    # Two people are gathered in all, but under two labels.
    per = {"column": "性", "at_least": {"女": "95"}}
    outcome = run_step(top("90", per=per, minimum_group=2), BY_SEX, [("男", 91), ("女", 99)])
    assert outcome.codes == ["small-group"]
    assert "2 層" in outcome.refused[0].line("ja")


def test_people_are_counted_and_not_rows() -> None:
    types = {"番号": "text", "n": "integer"}
    rows = [("1", 95), ("1", 96), ("2", 80), ("2", 70), ("3", 60)]
    stopped = run_step(top("90", minimum_group=2), types, rows, person="番号")
    assert stopped.codes == ["small-group"]
    merged = run_step(top("90", minimum_group=2, if_smaller="merge"), types, rows, person="番号")
    assert column(merged) == ["80以上", "80以上", "80以上", "70", "60"]


def test_two_columns_have_groups_of_their_own() -> None:
    given = {**top("90", minimum_group=2, if_smaller="merge"), "columns": ["n", "m"]}
    outcome = run_step(given, {"n": "integer", "m": "integer"}, [(91, 95), (92, 80), (50, 70)])
    assert column(outcome) == ["90以上", "90以上", "50"]
    assert column(outcome, "m") == ["80以上", "80以上", "70"]


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("ab")),
            st.one_of(st.none(), st.integers(0, 12)),
            st.sampled_from("123456"),
        ),
        max_size=20,
    ),
    st.sampled_from(["merge", "suppress"]),
    st.integers(2, 4),
    st.booleans(),
)
def test_every_label_stands_for_nobody_or_for_enough_people(
    rows: list[tuple[Any, ...]],
    if_smaller: str,
    minimum: int,
    is_top: bool,  # noqa: FBT001 - drawn
) -> None:
    more = {"minimum_group": minimum, "strata": ["s"], "if_smaller": if_smaller}
    types = {"s": "text", "n": "integer", "p": "text"}
    outcome = run_step(top("9", **more) if is_top else bottom("3", **more), types, rows, person="p")
    people: dict[tuple[Any, str], set[str]] = {}
    for (stratum, old, person), new in zip(rows, column(outcome), strict=True):
        assert (old is None) == (new is None)
        if old is not None and new is not HIDDEN and new != str(old):
            people.setdefault((stratum, new), set()).add(person)
            limit = int(new.removesuffix("以上").removesuffix("以下"))
            assert old >= limit if is_top else old <= limit  # the label says the truth
        elif new is not HIDDEN and old is not None:
            assert old < 9 if is_top else old > 3
    assert all(len(some) >= minimum for some in people.values())


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"strata": ["性"]}, "missing-key"),
        ({"if_smaller": "merge"}, "missing-key"),
        ({"minimum_group": 2, "if_smaller": "merge", "label": "高い"}, "untrue-label"),
        ({"minimum_group": 2, "if_smaller": "merge", "label": "{at_more}"}, "untrue-label"),
        ({"minimum_group": 1}, "bad-value"),
        ({"per": {"column": "性", "at_leest": {"秘密": "90"}}}, "unknown-key"),
        ({"per": {"column": "性", "at_least": {"秘密": []}}}, "bad-value"),
    ],
)
def test_a_spec_that_contradicts_itself_is_refused_without_values(more: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        TopCode.model_validate({"because": "x", **top("90", **more)})
    problems = problems_of(raised.value, TopCode)
    assert code in [problem.code for problem in problems]
    assert all("秘密" not in problem.line("ja") + problem.line("en") for problem in problems)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (top("秘密"), "wrong-type"),
        (top("90.5"), "wrong-type"),
        (top("90", per={"column": "学年", "at_least": {"秘密": "80"}}), "wrong-type"),
        (top("90", per={"column": "学年", "at_least": {"1": "秘密"}}), "wrong-type"),
        (top("90", label="95"), "bad-label"),  # nobody could tell it from an age
        (top("90", label="{at_least}"), "bad-label"),
        (top("90", per={"column": "ない", "at_least": {"1": "80"}}), "missing-column"),
        (top("90", strata=["ない"], minimum_group=2), "missing-column"),
        ({**top("90"), "columns": ["t"]}, "wrong-type"),
    ],
)
def test_what_does_not_fit_the_table_is_refused_without_values(given: dict[str, Any], code: str) -> None:
    outcome = run_step(given, {"学年": "integer", "n": "integer", "t": "text"}, [(1, 95, "x")])
    assert outcome.codes == [code]
    assert "秘密" not in outcome.refused[0].line("ja") + outcome.refused[0].line("en")


def test_the_two_are_told_apart_by_their_keys() -> None:
    with pytest.raises(ValidationError):
        BottomCode.model_validate({"because": "x", **bottom("90"), "at_least": "90"})


def test_coding_the_other_end_too_is_refused_with_the_way_out() -> None:
    coded = Schema(columns=(Column(name="年齢", type="text"),))
    step = BottomCode(technique="bottom-code", columns=("年齢",), at_most="40", because="両端")
    [problem] = step.problems(coded, "steps[1]")
    assert problem.code == "wrong-type"
    assert "`bin`" in problem.message.en
