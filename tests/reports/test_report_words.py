"""Parameters in words: what was chosen is told, what may hold values is counted."""

from __future__ import annotations

from typing import Any

import pytest

from sudare.engines.predicates import Predicate
from sudare.language import Text
from sudare.models import Model, field
from sudare.reports import parameters
from sudare.techniques import techniques


class Inner(Model):
    """Something within a parameter."""

    depth: int = field(Text("深さ", "depth"))
    known: tuple[str, ...] = field(Text("既知", "known"), default=(), private=True)


class Chosen(Model):
    """Parameters of every form."""

    flag: bool | None = field(Text("有無", "flag"), default=None)
    names: tuple[str, ...] = field(Text("名前", "names"), default=())
    pairs: dict[str, int] = field(Text("組", "pairs"), default={})
    inner: Inner | None = field(Text("中", "inner"), default=None)
    hidden: str | None = field(Text("秘", "hidden"), default=None, private=True)
    tree: dict[str, Any] | None = field(Text("木", "tree"), default=None, private=True)
    where: Predicate | None = field(Text("条件", "where"), default=None)
    because: str = field(Text("理由", "because"), default="told elsewhere")


@pytest.mark.parametrize(
    ("given", "japanese", "english"),
    [
        ({"flag": True}, "はい", "yes"),
        ({"flag": False}, "いいえ", "no"),
        ({"names": ("a", "b")}, "a、b", "a, b"),
        ({"pairs": {"a": 1, "b": 2}}, "a → 1；b → 2", "a → 1; b → 2"),
        ({"inner": {"depth": 3}}, "深さ: 3", "depth: 3"),
        ({"inner": {"depth": 3, "known": ("ロバ", "ラバ")}}, "深さ: 3；既知: （2件）", "depth: 3; known: (2 entries)"),
        ({"hidden": "ロバ"}, "（表示しません）", "(not shown)"),
        ({"tree": {"ウマ科": {"ロバ類": ["ロバ"]}}}, "（1件）", "(1 entry)"),
        ({"tree": {"ウマ科": ["ロバ", "ラバ"], "ウシ科": ["ヤク"]}}, "（3件）", "(3 entries)"),
    ],
)
def test_each_form_of_parameter_reads_as_words(given: dict[str, Any], japanese: str, english: str) -> None:
    [told] = parameters(Chosen.model_validate(given))
    assert (told.value.ja, told.value.en) == (japanese, english)


def test_a_condition_names_its_columns_and_none_of_its_values() -> None:
    where = {
        "all": [
            {"column": "年齢", "at_least": "109"},
            {"not": {"column": "職業", "in": ["鷹匠", "刀匠"]}},
            {"group": {"by": "世帯番号", "where": {"column": "続柄", "equals": "養子"}, "count_at_least": 10}},
        ]
    }
    [told] = parameters(Chosen.model_validate({"where": where}))
    assert told.value.ja == "条件に当てはまる行（条件の値は表示しません）。見る列: 年齢、職業、続柄、世帯番号"
    assert told.value.en.endswith("(its values are not shown). Columns looked at: 年齢, 職業, 続柄, 世帯番号")


def test_nothing_written_says_nothing() -> None:
    assert parameters(Chosen()) == ()


def test_a_choice_left_out_is_told_as_the_default() -> None:
    step = {"technique": "map-values", "columns": ["町"], "table": {"東町": "平野"}, "because": "x"}
    told = {p.title.en: p.value.ja for p in parameters(techniques()["map-values"].model_validate(step))}
    assert told == {"table": "（1件）", "unseen": "実行を止める（既定）"}


@pytest.mark.parametrize("name", sorted(techniques()))
def test_every_technique_can_be_told_in_both_languages(name: str) -> None:
    kind = techniques()[name]
    told = parameters(kind.model_validate(kind.example.step))
    assert all(text.strip() for p in told for text in (*p.title, *p.value))
