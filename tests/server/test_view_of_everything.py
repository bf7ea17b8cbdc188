"""The view holds everything that a person decides in a spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sudare import production
from sudare.design.saving import revision_of
from sudare.errors import Refused
from sudare.server.declared import column_form, dismissal_form
from sudare.server.editing import edited
from sudare.server.parts import forms
from sudare.server.view import view

if TYPE_CHECKING:
    from sudare.language import Language

SPEC = """\
sudare: 1
title: 健診 ${年}年度 ${年}
parameters: {年: 2026, 幅: 5, 余り: x}
input:
  columns:
    - {name: 氏名, type: text, kind: direct-identifier}
    - {name: 年齢, type: integer, unit: 歳}
steps:
  - {technique: delete-column, columns: [氏名], standards: [1], because: "$${年} は例"}
  - {technique: top-code, columns: [年齢], at_least: 90, standards: [4], because: "${年}年度から"}
checks:
  - {measure: k-anonymity, columns: [年齢], at_least: "${幅}"}
"""
DEMO = Path(production.__file__).with_name("demo.sudare.yaml")


def seen(tmp_path: Path, text: str = SPEC, lang: Language = "en") -> dict[str, Any]:
    """View a text as that of a file which is there."""
    path = tmp_path / "a.sudare.yaml"
    path.write_text(text, encoding="utf-8")
    return view(text, path, lang)


def test_each_parameter_is_told_with_its_default_and_where_it_is_used(tmp_path: Path) -> None:
    assert seen(tmp_path)["parameters"] == [
        {"name": "年", "value": "2026", "description": "Used in title, steps[1]"},
        {"name": "幅", "value": "5", "description": "Used in checks[0]"},
        {"name": "余り", "value": "x", "description": "It is used nowhere."},
    ]
    assert seen(tmp_path, lang="ja")["parameters"][1]["description"] == "使う所: checks[0]"


def test_a_spec_without_parameters_tells_none(tmp_path: Path) -> None:
    plain = SPEC.replace("${年}", "").replace("${幅}", "5").replace("$", "")
    text = "".join(line for line in plain.splitlines(keepends=True) if not line.startswith("parameters"))
    assert seen(tmp_path, text)["parameters"] == []


def edit(text: str, name: str, tmp_path: Path, **arguments: Any) -> str:
    """Make one edit of a text as the page does."""
    path = tmp_path / "a.sudare.yaml"
    path.write_text(text, encoding="utf-8")
    return edited(text, path, revision_of(path), name, arguments)


def part(text: str, name: str, tmp_path: Path) -> dict[str, Any]:
    """Return a part as the view tells it."""
    return next(one for one in seen(tmp_path, text)["parts"] if one["id"] == name)


def said(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a part's lines."""
    return [(line["title"], line["value"]) for line in told["lines"]]


def test_unit_reader_staff_key_and_proposal_are_told_in_words(tmp_path: Path) -> None:
    text = DEMO.read_text(encoding="utf-8")
    assert said(part(text, "unit", tmp_path)) == [("person", "管理番号"), ("at least", "1000")]
    assert said(part(text, "key", tmp_path)) == [("key", "demo@2026")]
    assert said(part(text, "staff", tmp_path))[0] == ("山田", "山田見本　加工担当")
    assert ("recipient", "株式会社見本") in said(part(text, "proposal", tmp_path))
    assert ("what they know", "住所, 性別, 年齢, 身長") in said(part(text, "assumed_reader", tmp_path))
    assert not part(SPEC, "unit", tmp_path)["given"]


@pytest.mark.parametrize("name", [one["id"] for one in forms("en") if one["schema"] is not None])
@pytest.mark.parametrize("text", [SPEC, DEMO.read_text(encoding="utf-8")], ids=["small", "demo"])
def test_a_form_that_is_applied_untouched_changes_no_letter(name: str, text: str, tmp_path: Path) -> None:
    data = part(text, name, tmp_path)["data"]
    assert edit(text, "with_form", tmp_path, part=name, entered=data) == text


def test_every_form_of_a_part_has_a_field_for_all_that_may_stand_there(tmp_path: Path) -> None:
    schemas = {one["id"]: one["schema"] for one in forms("en")}
    for told in seen(tmp_path, DEMO.read_text(encoding="utf-8"))["parts"]:
        if schemas[told["id"]] is not None:
            assert set(told["data"]) <= set(schemas[told["id"]]["properties"])


def test_a_part_is_written_and_one_that_was_emptied_is_left_out(tmp_path: Path) -> None:
    text = edit(SPEC, "with_form", tmp_path, part="unit", entered={"person": "氏名", "at_least": 3})
    assert "unit: " in text or "unit:\n" in text
    assert part(text, "unit", tmp_path)["data"] == {"person": "氏名", "at_least": 3}
    assert edit(text, "with_form", tmp_path, part="unit", entered={}) == SPEC
    text = edit(SPEC, "with_form", tmp_path, part="key", entered={"value": "a@2026"})
    assert part(text, "key", tmp_path)["data"] == {"value": "a@2026"}
    assert "${年}" in text


def test_staff_and_parameters_are_lists_of_named_entries(tmp_path: Path) -> None:
    entries = [{"name": "山田", "full_name": "山田花子", "duty": "加工担当"}, {"name": "佐藤", "full_name": "佐藤次郎"}]
    text = edit(SPEC, "with_form", tmp_path, part="staff", entered={"entries": entries})
    assert part(text, "staff", tmp_path)["data"]["entries"] == entries
    given = [*part(text, "parameters", tmp_path)["data"]["entries"], {"name": "月", "value": "4"}]
    text = edit(text, "with_form", tmp_path, part="parameters", entered={"entries": given})
    assert [one["name"] for one in seen(tmp_path, text)["parameters"]] == ["年", "幅", "余り", "月"]


@pytest.mark.parametrize(
    ("name", "entered", "code"),
    [
        ("staff", {"entries": [{"name": "秘密", "full_name": "x"}, {"name": "秘密", "full_name": "y"}]}, "bad-name"),
        ("staff", {"entries": [{"full_name": "秘密"}]}, "bad-name"),
        ("staff", {"entries": "秘密"}, "bad-value"),
        ("staff", {"entries": [{"name": "甲", "full_name": ""}]}, "missing-key"),
        ("unit", ["秘密"], "bad-value"),
        ("unit", {"at_least": 3}, "missing-key"),
        ("key", {"value": "秘密"}, "bad-value"),
        ("designed_on", {"rows": 1}, "unknown-key"),
        ("steps", {}, "unknown-key"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_and_no_entry_is_repeated(
    name: str, entered: Any, code: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        edit(SPEC, "with_form", tmp_path, part=name, entered=entered)
    told = [problem.to_dict("ja") for problem in refused.value.problems]
    assert [one["code"] for one in told][:1] == [code], told
    assert "秘密" not in str(told)


def test_the_input_keeps_its_columns_when_its_form_is_applied(tmp_path: Path) -> None:
    text = edit(SPEC, "with_form", tmp_path, part="input", entered={"format": "csv", "encoding": "cp932"})
    assert [one["name"] for one in seen(tmp_path, text)["columns"]] == ["氏名", "年齢"]
    assert "encoding: cp932" in text


def test_columns_say_whether_they_are_open_and_what_their_form_begins_with(tmp_path: Path) -> None:
    text = edit(SPEC, "with_column", tmp_path, column="年齢", kind="quasi-identifier", unit=None)
    name, age = seen(tmp_path, text)["columns"]
    assert (age["data"], age["kind_name"], age["place"]) == (
        {"type": "integer", "kind": "quasi-identifier"},
        "quasi-identifier",
        "input.columns[1]",
    )
    assert set(age["data"]) <= set(column_form()["properties"])
    assert (name["is_open"], name["declared"]) == (False, True)
    open_again = edit(text, "without_step", tmp_path, at=0)
    assert [one["is_open"] for one in seen(tmp_path, open_again)["columns"]] == [True, False]


def test_a_column_goes_out_of_scope_and_comes_back(tmp_path: Path) -> None:
    text = edit(SPEC, "with_scope", tmp_path, out=["氏名"], because="提案の対象外")
    told = seen(tmp_path, text)
    assert told["scope_because"] == "提案の対象外"
    assert [one["in_scope"] for one in told["columns"]] == [False, True]
    back = seen(tmp_path, edit(text, "with_scope", tmp_path, out=[]))
    assert [one["in_scope"] for one in back["columns"]] == [True, True]
    assert back["scope_because"] is None


def test_dismissals_are_told_with_the_name_of_their_kind(tmp_path: Path) -> None:
    text = edit(SPEC, "dismissed", tmp_path, finding="none", standards=[2], because="符号なし", by="山田 2026-06-02")
    text = edit(text, "dismissed", tmp_path, finding="rare-category/年齢", standards=[4], because="珍しくない")
    told = seen(tmp_path, text)["dismissed"]
    assert [(one["label"], one["column"], one["standards"], one["by"]) for one in told] == [
        ("nothing falls under it", None, [2], "山田 2026-06-02"),
        ("rare categories", "年齢", [4], None),
    ]
    kinds = {one["const"] for one in dismissal_form()["properties"]["kind"]["oneOf"]}
    assert {"none", "rare-category", "person-name"} <= kinds
    assert seen(tmp_path, edit(text, "undismissed", tmp_path, finding="none"))["dismissed"][0]["column"] == "年齢"


def test_one_dismissal_is_taken_back_and_the_other_of_the_same_name_stays(tmp_path: Path) -> None:
    text = SPEC
    for standard in (2, 3):
        text = edit(text, "dismissed", tmp_path, finding="none", standards=[standard], because="なし")
    left = seen(tmp_path, edit(text, "without_dismissal", tmp_path, at=0))["dismissed"]
    assert [one["standards"] for one in left] == [[3]]
    with pytest.raises(Refused):
        edit(text, "without_dismissal", tmp_path, at=2)


def test_a_problem_of_a_check_stands_at_the_check(tmp_path: Path) -> None:
    text = edit(SPEC, "with_check", tmp_path, data={"measure": "sample-uniques", "columns": ["氏名"], "at_most": 0})
    told = seen(tmp_path, text)
    assert told["checks"][0]["problems"] == []
    assert told["checks"][1]["problems"] != []
    assert all(not one["where"].startswith("checks") for one in told["problems"])
    assert told["outputs"] == ["年齢"]


def test_files_beside_the_spec_are_told_by_name_and_whether_they_are_there(tmp_path: Path) -> None:
    step = "  - {technique: map-values, columns: [年齢], hierarchy: 対応.csv, level: 1, standards: [4], because: x}\nchecks:"
    text = SPEC.replace("checks:", step)
    told = seen(tmp_path, text)
    assert told.get("files") == [{"name": "対応.csv", "places": ["steps[2]"], "found": False}], told["problems"]
    (tmp_path / "対応.csv").write_text("30,若い\n", encoding="utf-8")
    assert seen(tmp_path, text)["files"][0]["found"]
    assert "若い" not in str(seen(tmp_path, text))
