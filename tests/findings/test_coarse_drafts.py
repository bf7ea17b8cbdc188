"""How coarse a draft bins numbers: as fine as leaves few records in small classes, and no coarser than that needs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sudare
from findings.views import view_of
from sudare.findings.coarsening import coarse_enough
from sudare.tables.samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROW = st.tuples(st.one_of(st.none(), st.integers(0, 99)), st.sampled_from(["男", "女", None]))
EDGES = tuple(str(n) for n in range(10, 100, 10))


def small(rows: Sequence[tuple[int | None, str | None]], edges: Sequence[str], below: int) -> float:
    """The share of the records in classes of fewer than `below`, by the definition."""
    cuts = [int(edge) for edge in edges]
    classes = Counter((age if age is None else bisect_right(cuts, age), sex) for age, sex in rows)
    return sum(size for size in classes.values() if size < below) / len(rows)


def asked(rows: Sequence[tuple[int | None, str | None]], at_most: float) -> Mapping[str, tuple[str, ...]] | None:
    texts = {"年齢": [None if age is None else str(age) for age, _ in rows], "性別": [sex for _, sex in rows]}
    with view_of(texts) as view:
        return coarse_enough(view, {"年齢": EDGES}, ["年齢", "性別"], below=5, at_most=at_most)


@settings(max_examples=25)
@given(st.lists(ROW, min_size=30, max_size=120), st.sampled_from([0.0, 0.05, 0.3]))
def test_the_share_is_met_by_the_finest_of_the_halvings_or_it_is_said_that_none_does(
    rows: list[tuple[int | None, str | None]], at_most: float
) -> None:
    rows = [*rows, (50, "男")]  # at least one number: a column of none is no number
    halvings = [EDGES, EDGES[::2], EDGES[::4], EDGES[::4][:2]]
    expected = next((edges for edges in halvings if small(rows, edges, 5) <= at_most), None)
    found = asked(rows, at_most)
    assert (None if found is None else found["年齢"]) == expected


def test_without_bins_nothing_can_be_made_coarser() -> None:
    with view_of({"性別": ["男"] * 40 + ["女"]}) as view:
        assert coarse_enough(view, {}, ["性別"], below=5, at_most=0.0) is None


@pytest.mark.slow
def test_the_draft_of_the_default_sample_runs_as_it_is(tmp_path: Path) -> None:
    table, spec = tmp_path / "健診.csv", tmp_path / "健診.sudare.yaml"
    SAMPLES["health-checkup"].write(table)
    draft = sudare.detect(table, draft=True, lang="ja").draft
    assert draft is not None
    spec.write_text(draft.text, encoding="utf-8")
    assert sudare.run(spec, table, tmp_path / "out", lang="ja").problems == ()
