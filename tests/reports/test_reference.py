"""The generated reference: whole, in both languages, and never older than the code."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Literal, cast

import pytest

from sudare import law
from sudare.engines.predicates import Given
from sudare.language import Text
from sudare.measures import measures
from sudare.models import Model, field
from sudare.reports.page import COMMAND
from sudare.reports.parameter_tables import parameter_tables
from sudare.reports.reference import main, pages, stale
from sudare.specs import parse_spec
from sudare.techniques import techniques

if TYPE_CHECKING:
    from pathlib import Path

# What sudare brings along; other tests of this process may have toys of their own.
TECHNIQUES = {name: kind for name, kind in techniques().items() if kind.__module__.startswith("sudare.")}
MEASURES = {name: kind for name, kind in measures().items() if kind.__module__.startswith("sudare.")}
PAGE_OF: dict[str, type[Model]] = {
    **{f"techniques/{name}.md": kind for name, kind in TECHNIQUES.items()},
    **{f"measures/{name}.md": kind for name, kind in MEASURES.items()},
}
TOY = """
    from typing import Literal
    from sudare.engines.relation import Change
    from sudare.language import Text
    from sudare.models import field
    from sudare.techniques.technique import Example, Technique

    class Blur(Technique):
        law = "table1/noise"
        label = Text("ぼかす", "blur")
        about = Text("試しの手法。", "A toy.")
        promise = Text("何も変わりません。", "Nothing changes.")
        example = Example({"年齢": "integer"}, [("1",)], {"technique": "blur", "columns": ["年齢"], "because": "試験"},
                          ["年齢"], [("1",)])
        technique: Literal["blur"] = field(Text("手法", "technique"))
        strength: int = field(Text("強さ", "strength"), Text("大きいほど粗い。", "More is coarser."), default=3, ge=1, le=9)

        def plan(self, relation, context):
            return Change()

        def holds(self, before, after):
            return True
"""


def in_a_fresh_process(code: str, *arguments: str) -> object:
    """Run code that assigns `answer` where no test has defined a toy, and return the answer."""
    whole = f"import json, sys\n{code}\nprint(json.dumps(answer))"
    done = subprocess.run(
        [sys.executable, "-c", whole, *arguments], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


def rows_of(table: str) -> dict[str, list[str]]:
    """Read the rows of Markdown tables by their key; the first one of a key counts."""
    found: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line.startswith("| `"):
            key, *cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
            found.setdefault(key.strip("`"), [re.sub(r"\\([\\*<|])", r"\1", cell) for cell in cells])
    return found


def test_the_committed_pages_say_what_the_code_says() -> None:
    old = in_a_fresh_process("from sudare.reports.reference import stale\nanswer = stale()")
    assert old == [], f"generated pages are stale; run: {COMMAND}"


def test_a_technique_dropped_into_the_folder_has_a_page_and_a_place_in_index_and_schema(tmp_path: Path) -> None:
    (tmp_path / "blur.py").write_text(textwrap.dedent(TOY), encoding="utf-8")
    code = """
import sudare.techniques
sudare.techniques.__path__.append(sys.argv[1])
from sudare.reports.reference import pages, stale
answer = {"pages": pages(), "stale": stale()}
"""
    answer = in_a_fresh_process(code, str(tmp_path))
    assert isinstance(answer, dict)
    page = answer["pages"]["techniques/blur.md"]
    assert "| `strength` | 強さ | 整数 | `3` | 1 以上、9 以下 | 大きいほど粗い。 |" in page
    assert "| `strength` | strength | whole number | `3` | at least 1, at most 9 | More is coarser. |" in page
    [noise] = [line for line in answer["pages"]["index.md"].splitlines() if line.startswith("| ノイズ（誤差）付加")]
    assert "[`blur`](techniques/blur.md) ぼかす" in noise
    assert "Blur" in json.loads(answer["pages"]["spec.schema.json"])["$defs"]
    assert answer["stale"] == ["index.md", "spec.schema.json", "techniques/blur.md"]


@pytest.mark.parametrize("path", PAGE_OF)
def test_every_field_stands_there_in_both_languages(made: dict[str, str], path: str) -> None:
    japanese, english = re.split(r"^## English$", made[path], flags=re.MULTILINE)
    for part, lang, required in ((japanese, "ja", "必須"), (english, "en", "required")):
        rows = rows_of(part)
        for name, info in PAGE_OF[path].model_fields.items():
            key = info.alias or name
            extra = cast("dict[str, dict[str, str]]", info.json_schema_extra)
            title, _, default, _, about = rows[key]
            assert title == extra["x-title"][lang], key
            assert extra.get("x-help", {"ja": "", "en": ""})[lang] in about, key
            assert (default == required) == info.is_required(), key


@pytest.mark.parametrize("name", TECHNIQUES)
def test_a_page_tells_cost_promise_and_place_in_the_guideline(made: dict[str, str], name: str) -> None:
    kind = TECHNIQUES[name]
    page = re.sub(r"\\([\\*<])", r"\1", made[f"techniques/{name}.md"])
    for text in (kind.label, kind.about, kind.promise, law.cite(kind.law).title, law.cite(kind.law).source):
        assert text.ja in page
        assert text.en in page


@pytest.mark.parametrize("name", TECHNIQUES)
def test_the_step_on_a_page_can_be_read_as_part_of_a_spec(made: dict[str, str], name: str) -> None:
    kind = TECHNIQUES[name]
    [shown] = re.findall(r"```yaml\n(.*?)```", made[f"techniques/{name}.md"], flags=re.DOTALL)
    spec = parse_spec(f"sudare: 1\ntitle: 例\n{shown}").spec
    assert spec.steps == (kind.model_validate(kind.example.step),)
    assert {column.name: column.type for column in spec.input.columns} == kind.example.types


def test_before_and_after_are_tables_with_the_hidden_cell_explained(made: dict[str, str]) -> None:
    page = made["techniques/suppress-cells.md"]
    shown = techniques()["suppress-cells"].example
    before = page.split("加工前 / Before\n\n")[1].split("\n\n")[0].splitlines()
    after = page.split("加工後 / After\n\n")[1].split("\n\n")[0].splitlines()
    assert before[0] == "| " + " | ".join(shown.types) + " |"
    assert before[1] == "| --- | --- |"
    assert len(before) == 2 + len(shown.before)
    assert after[2:] == ["| " + " | ".join((c or "").replace("*", r"\*") for c in row) + " |" for row in shown.after]
    assert (
        "`*` は削除したセルで、欠測とは区別します。 / `*` is a suppressed cell, told apart from a missing one." in page
    )
    assert "`*` is a suppressed cell" not in made["techniques/bin.md"]


def test_the_index_leads_to_every_page_and_names_every_row_of_table_1(made: dict[str, str]) -> None:
    index = made["index.md"]
    for path in PAGE_OF:
        assert f"]({path})" in index
    for row in law.table1():
        assert f"| {row.title.ja}（16頁） | {row.title.en} (p. 16) |" in index


def test_every_link_leads_somewhere(made: dict[str, str]) -> None:
    links = [
        (path, posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
        for path, text in made.items()
        if path.endswith(".md")
        for target in re.findall(r"\]\(([^)]+)\)", text)
    ]
    assert len(links) > len(PAGE_OF)
    assert [(path, target) for path, target in links if target not in made] == []


def test_writing_repairs_edited_pages_and_removes_those_of_techniques_that_are_gone(
    tmp_path: Path, made: dict[str, str]
) -> None:
    main(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / "index.md").write_text("edited by hand", encoding="utf-8")
    (tmp_path / "techniques" / "bin.md").unlink()
    (tmp_path / "techniques" / "gone.md").write_text("of last year", encoding="utf-8")
    assert stale(tmp_path) == ["index.md", "techniques/bin.md", "techniques/gone.md"]
    main(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} == set(made)


def test_files_are_utf_8_with_lf_and_a_checkout_with_crlf_is_not_stale(tmp_path: Path, made: dict[str, str]) -> None:
    main(tmp_path)
    for path, text in made.items():
        assert (tmp_path / path).read_bytes() == text.encode("utf-8")
        assert "\r" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
    (tmp_path / "index.md").write_bytes(made["index.md"].replace("\n", "\r\n").encode("utf-8"))
    assert stale(tmp_path) == []


class Inner(Model):
    """A model inside another."""

    share: float = field(Text("割合", "share"), gt=0, lt=0.5)


class Outer(Model):
    """Fields of every sort."""

    choice: Literal["a|b", "c"] = field(Text("選択", "choice"), default="c")
    pair: tuple[Given, Given] | None = field(Text("対", "pair"), default=None)
    codes: dict[str, str] = field(Text("符号", "codes"), Text("0* か <10", "0* or <10"), private=True, min_length=1)
    inner: Inner | None = field(Text("中", "inner"), default=None)
    column: str = field(Text("列", "column"), role="column", max_length=9)
    flag: bool = field(Text("旗", "flag"), default=True)


def test_types_ranges_and_help_are_told_in_words() -> None:
    whole, heading, inner = parameter_tables(Outer, "en")
    private = "May hold values of the data: shown nowhere outside the spec. |"
    assert whole.splitlines()[2:] == [
        r"| `choice` | choice | `a\|b`, `c` | `c` |  |  |",
        "| `pair` | pair | list (value) | none | exactly 2 |  |",
        r"| `codes` | codes | mapping of keys to values | required | 1 or more pairs | 0\* or \<10 " + private,
        "| `inner` | inner | table `Inner` | none |  |  |",
        "| `column` | column | column name | required | 9 or fewer characters |  |",
        "| `flag` | flag | `true` or `false` | `true` |  |  |",
    ]
    assert heading == "### Table `Inner`"
    assert inner.splitlines()[2:] == ["| `share` | share | number | required | more than 0, less than 0.5 |  |"]
