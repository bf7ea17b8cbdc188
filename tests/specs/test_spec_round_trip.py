"""A spec comes back from disk as it was written, and comments outlive every edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sudare.specs import Document, Spec, changed_spec, check_document, dump_spec, parse_spec, read_spec
from sudare.specs.reading import build
from sudare.techniques import techniques

sys.path.insert(0, str(Path(__file__).parent))
from example_spec import EXAMPLE

COMMENTED = """\
# この仕様について
sudare: 1
title: "二つの列"   # 題名の横
key:   a@1
input:
    columns:
    - name: 年齢
      type: integer   # 満年齢
    # 住所の前
    - {name: 住所, type: text}
# 手順の前
steps:
  # 一つ目の前
  - technique: keep
    columns:
      - 年齢   # 横
    because: 一つ目
  # 二つ目の前
  - technique: keep   # 二つ目の横
    columns: [住所]
    because: 二つ目
    # 二つ目の中

  # 三つ目の前
  - {technique: rename-column, columns: [住所], to: 所在, because: 三つ目}  # 三つ目の横
# 検査の前
checks:
  - {measure: k-anonymity, columns: [年齢, 所在], at_least: 2}
# 終わり
"""
COMMENTS = [line.partition("#")[2].strip() for line in COMMENTED.splitlines() if "#" in line]


def changed(document: Document, **parts: Any) -> Document:
    return changed_spec(document, document.spec.model_copy(update=parts))


def kept(document: Document) -> list[str]:
    return [comment for comment in COMMENTS if f"# {comment}\n" in document.text]


def without(*lost: str) -> list[str]:
    return [comment for comment in COMMENTS if comment not in lost]


def test_the_example_of_the_design_reads_and_has_no_problem() -> None:
    checked = check_document(parse_spec(EXAMPLE))
    assert checked.problems == ()
    assert [part.status for part in checked.standards] == ["decided"] * 5
    assert [problem.where for problem in checked.open] == ["approvals"]


def test_the_example_of_the_design_survives_reading_writing_and_reading() -> None:
    document = parse_spec(EXAMPLE)
    again = parse_spec(dump_spec(document.spec))
    assert again.spec == document.spec
    assert again.spec.steps[5].to_dict()["edges"] == ["40", "50", "60", "70", "80", "90"]


@pytest.mark.parametrize("text", [EXAMPLE, COMMENTED, COMMENTED.replace("\n", "\r\n"), COMMENTED.rstrip("\n")])
def test_saving_an_unchanged_spec_changes_no_byte(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.sudare.yaml"
    path.write_bytes(text.encode())
    document = read_spec(path)
    same = document.spec.model_copy(update={"title": str(document.spec.title)})
    assert changed_spec(document, same).text.encode() == text.encode()


def test_a_changed_title_changes_one_line() -> None:
    after = changed(parse_spec(EXAMPLE), title="別の題名").text.splitlines()
    differ = [(old, new) for old, new in zip(EXAMPLE.splitlines(), after, strict=True) if old != new]
    assert differ == [("title: 特定健康診査ファイル 令和8年度提案第3号", "title: 別の題名")]


def test_a_new_title_leaves_every_comment() -> None:
    after = changed(parse_spec(COMMENTED), title="新しい題名")
    assert after.spec.title == "新しい題名"
    assert kept(after) == COMMENTS


def test_an_added_step_leaves_every_comment() -> None:
    before = parse_spec(COMMENTED)
    new = build_step({"technique": "delete-column", "columns": ["年齢"], "because": "四つ目"})
    for place in range(4):
        steps = (*before.spec.steps[:place], new, *before.spec.steps[place:])
        after = changed(before, steps=steps)
        assert after.spec.steps == steps
        assert kept(after) == COMMENTS


@pytest.mark.parametrize(
    ("place", "lost"),
    [
        (0, ["一つ目の前", "横"]),
        (1, ["二つ目の前", "二つ目の横", "二つ目の中"]),
        (2, ["三つ目の前", "三つ目の横"]),
    ],
)
def test_a_removed_step_takes_its_own_comments_only(place: int, lost: list[str]) -> None:
    before = parse_spec(COMMENTED)
    steps = (*before.spec.steps[:place], *before.spec.steps[place + 1 :])
    after = changed(before, steps=steps)
    assert after.spec.steps == steps
    assert set(kept(after)) >= set(without(*lost))
    assert f"# {lost[0]}\n" not in after.text


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_reordered_steps_take_their_comments_with_them(order: tuple[int, ...]) -> None:
    before = parse_spec(COMMENTED)
    steps = tuple(before.spec.steps[n] for n in order)
    after = changed(before, steps=steps)
    assert after.spec.steps == steps
    assert kept(after) == [comment for comment in COMMENTS if comment in kept(after)]
    assert set(kept(after)) == set(COMMENTS)
    places = [after.text.index(f"# {name}目の前\n") for name in ("一つ", "二つ", "三つ")]
    assert sorted(range(3), key=places.__getitem__) == list(order)
    assert changed(after, steps=before.spec.steps).spec == before.spec


def test_an_edited_step_leaves_every_comment() -> None:
    before = parse_spec(COMMENTED)
    for n, step in enumerate(before.spec.steps):
        steps = (*before.spec.steps[:n], step.model_copy(update={"because": "別の理由"}), *before.spec.steps[n + 1 :])
        after = changed(before, steps=steps)
        assert after.spec.steps == steps
        assert kept(after) == COMMENTS


def test_an_edited_and_a_removed_step_at_once() -> None:
    before = parse_spec(COMMENTED)
    first, _, third = before.spec.steps
    steps = (third.model_copy(update={"because": "別の理由"}), first)
    assert changed(before, steps=steps).spec.steps == steps


def test_every_step_removed_and_put_back() -> None:
    before = parse_spec(COMMENTED)
    none = changed(before, steps=())
    assert none.spec.steps == ()
    assert changed(none, steps=before.spec.steps).spec == before.spec


def test_a_part_that_was_left_out_is_put_in_its_place() -> None:
    after = changed(parse_spec(COMMENTED), **with_key("regime", "gov-2017"))
    assert after.text.index("regime: gov-2017") < after.text.index("key:")
    assert kept(after) == COMMENTS


def with_key(key: str, value: str) -> dict[str, str]:
    return {key: value}


def build_step(data: dict[str, Any]) -> Any:
    return techniques()[data["technique"]].model_validate(data)


HARD = [
    "0600000", "01", "1e3", "1_000", "0x1F", "0o7", "1:30", ".5", "+1", "-", "- a", "?", "yes", "No", "on", "null", "~",
    "true", "2026-01-01", "=", "<<", "a: b", "a #b", "#b", "'", '"', "\\", "[a]", "{a}", "&a", "*a", "!a", "%a", "@a",
    "`a", "|", ">", ",", "😀", "１", "﨑", "\u3000x", " x", "x ", "a\tb", "a\nb", "---", "...", "\u2028x", "\x85x", "é",
    "e\u0301", "\ufeffx", ".inf", ".NaN", "12e03", "0b1", "190:20:30",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(HARD),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12),
    st.tuples(st.sampled_from(HARD), st.sampled_from(HARD)).map("".join),
).filter(lambda text: text.strip())


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    names = draw(
        st.lists(TEXTS, min_size=1, max_size=4, unique_by=lambda text: __import__("unicodedata").normalize("NFC", text))
    )
    steps: list[dict[str, Any]] = [{"technique": "keep", "columns": names, "because": draw(TEXTS)}]
    steps += draw(
        st.lists(
            st.builds(
                lambda edge, label: {
                    "technique": "top-code", "columns": [names[0]], "at_least": edge, "label": label, "because": label,
                },
                st.decimals(-1000, 1000, places=2) | st.integers(-9, 9),
                TEXTS,
            ),
            max_size=2,
        )
    )  # fmt: skip
    data: dict[str, Any] = {
        "sudare": 1,
        "title": draw(TEXTS),
        "input": {"missing": draw(st.lists(TEXTS | st.just(""), max_size=3)), "columns": [{"name": n} for n in names]},
        "steps": steps,
        "checks": draw(st.lists(st.just({"measure": "k-anonymity", "columns": names, "at_least": 3}), max_size=1)),
    }
    if draw(st.booleans()):
        data["staff"] = {draw(TEXTS): {"name": draw(TEXTS)} for _ in range(2)}
        data["output"] = {"shuffle": False, "because": draw(TEXTS)}
        data["dismissed"] = [{"finding": draw(TEXTS), "standards": [1, 5], "because": draw(TEXTS)}]
    return build(data)


@given(specs())
def test_the_canonical_text_says_the_same_and_is_a_fixed_point(spec: Spec) -> None:
    text = dump_spec(spec)
    again = parse_spec(text).spec
    assert again == spec
    assert dump_spec(again) == text


@given(specs())
def test_other_readers_of_yaml_see_texts_as_texts(spec: Spec) -> None:
    for version in ("1.1", "1.2"):
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        read = reader.load(dump_spec(spec))
        assert read["title"] == spec.title
        assert [column["name"] for column in read["input"]["columns"]] == [c.name for c in spec.input.columns]
        assert read["steps"][0]["because"] == spec.steps[0].because


@given(specs(), specs())
def test_one_spec_can_be_edited_into_any_other(old: Spec, new: Spec) -> None:
    document = parse_spec(dump_spec(old))
    assert changed_spec(document, new).spec == new


def test_codes_keep_their_leading_zeros() -> None:
    text = COMMENTED.replace("name: 年齢", "name: 0600000").replace("[年齢, 所在]", "[0600000, 所在]")
    spec = parse_spec(text.replace("- 年齢", "- 0600000").replace("because: 一つ目", "because: 01")).spec
    assert spec.input.columns[0].name == "0600000"
    assert spec.steps[0].columns == ("0600000",)
    assert spec.steps[0].because == "01"
    assert 'name: "0600000"' in dump_spec(spec)
