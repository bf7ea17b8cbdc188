"""The message of version 1 tells different values apart, and equal ones not."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import SudareError
from sudare.japan.widths import plain
from sudare.keystore import message, messages

VALUES = st.lists(st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6), max_size=4)
LOOKALIKES = st.lists(
    st.none() | st.sampled_from(["", " ", "a", "ａ", "ab", "a b", "b", "\u3000", "ｶﾞ", "ガ"]), max_size=4
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([None], "ffffffff"),
        ([""], "00000000"),
        (["a", None, ""], "0000000161" + "ffffffff" + "00000000"),
        (["山田　花子"], "0000000c" + "e5b1b1e794b0e88ab1e5ad90"),
        (["ＡＢ\t１"], "00000003" + "414231"),
        (["ｶﾞ"], "00000003" + "e382ac"),
        (["𠮷"], "00000004" + "f0a0aeb7"),
    ],
)
def test_the_bytes_are_those_of_version_1(values: list[str | None], expected: str) -> None:
    assert message(values).hex() == expected


CELLS = st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)
ROWS = st.integers(1, 3).flatmap(lambda columns: st.lists(st.tuples(*[CELLS] * columns), min_size=1, max_size=4))


@given(ROWS)
def test_the_messages_of_columns_are_those_of_their_rows(rows: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    assert messages(columns) == [message(row) for row in rows]


@given(VALUES | LOOKALIKES, VALUES | LOOKALIKES)
def test_two_messages_are_equal_exactly_where_the_normalised_values_are(
    one: list[str | None], two: list[str | None]
) -> None:
    assert (message(one) == message(two)) == (_normalised(one) == _normalised(two))


def _normalised(values: list[str | None]) -> list[str | None]:
    return [None if value is None else plain(value) for value in values]


def test_the_same_letters_split_elsewhere_are_other_people() -> None:
    assert message(["山", "田花子"]) != message(["山田", "花子"])


def test_a_broken_text_is_refused_and_not_repeated() -> None:
    with pytest.raises(SudareError) as refused:
        message(["山田\ud83d"])
    problem = refused.value.problems[0]
    assert problem.code == "broken-text"
    assert "山田" not in str(refused.value)
    assert "d83d" not in str(refused.value).lower()
