"""The tree of the guideline leads to every notebook that the package brings, and to none that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sudare.notebooks import names
from sudare.server.guideline import guideline
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sudare.language import Language


def branches(tree: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for branch in tree:
        yield branch
        yield from branches(branch.get("children", ()))


def test_every_notebook_can_be_opened_from_the_tree_and_no_other() -> None:
    assert {one["notebook"] for one in branches(guideline("ja")) if "notebook" in one} == set(names())


def test_every_leaf_leads_somewhere() -> None:
    ends = [one for one in branches(guideline("ja")) if not one.get("children")]
    assert [one["id"] for one in ends if "notebook" not in one and "technique" not in one] == []


def test_every_technique_stands_in_the_table_once() -> None:
    named = [one["technique"] for one in branches(guideline("en")) if "technique" in one]
    assert sorted(named) == sorted(techniques())


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_two_places_have_one_name_and_every_place_has_a_title(lang: Language) -> None:
    found = list(branches(guideline(lang)))
    assert len({one["id"] for one in found}) == len(found)
    assert all(one["title"].strip() for one in found)
