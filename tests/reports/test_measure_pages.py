"""Every measure has a page that a reader who is no statistician can use; a new file is found without being listed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sudare
from sudare.measures import measures
from sudare.measures.explained import explanations
from sudare.reports.measure_pages import measure_pages, subjects
from sudare.reports.reference import pages

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.reports.measure_pages import Subject

ROOM = Path(sudare.__file__).with_name("measures")
DEFINED = re.compile(r"^EXPLAINED\b.* = ", re.MULTILINE)
FILES = [path for path in ROOM.rglob("*.py") if DEFINED.search(path.read_text(encoding="utf-8"))]
OURS = [one for one in subjects() if (ROOM / f"{one.module.replace('.', '/')}.py").exists()]
LANGUAGES: tuple[Language, ...] = ("ja", "en")
ENDS = {"ja": re.compile("。"), "en": re.compile(r"[.?!](?=\s+[A-Z0-9]|$)")}
DROPPED = """
    from typing import Final
    from sudare.language import Text
    from sudare.measures.explained import Explained

    EXPLAINED: Final = Explained(
        Text("試し", "trial"), Text("一つ目。二つ目。", "One. Two."), "nobody",
        Text("いつも。", "Always."), Text("数えません。", "Not counted."),
    )

    def trial_of(sizes, *, limit=0.2):
        return 1
"""


def plain(page: str) -> str:
    """Take out the signs that keep Markdown from meaning something."""
    return re.sub(r"\\([\\*<])", r"\1", page)


def identified(one: Subject) -> str:
    return one.path


def test_every_file_that_explains_itself_and_every_check_has_a_page_that_the_index_leads_to() -> None:
    made, index = measure_pages(), pages()["index.md"]
    assert {path.relative_to(ROOM).with_suffix("").as_posix().replace("/", ".") for path in FILES} == set(
        explanations()
    )
    assert {said.about for said in explanations().values()} <= {one.explained.about for one in subjects()}
    assert {one.check for one in subjects() if one.check is not None} == set(measures().values())
    assert len(made) == len(subjects())
    for one in subjects():
        assert f"]({one.path})" in index
    for heading in ("### リスク / Risk", "### 有用性 / Utility"):
        assert heading in index


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", OURS, ids=identified)
def test_a_measure_says_in_two_sentences_what_it_means_and_when_and_for_which_cells(
    one: Subject, lang: Language
) -> None:
    said = one.explained
    assert len(ENDS[lang].findall(said.about.pick(lang))) == 2
    assert said.label.pick(lang).strip()
    assert re.search(r"[A-Z][A-Za-z]+", said.source)
    for sentence in (said.valid, said.missing):
        assert len(ENDS[lang].findall(sentence.pick(lang))) >= 1
    if lang == "ja":  # kana: the Japanese text is Japanese
        assert all(re.search("[ぁ-ん]", text.ja) for text in (said.about, said.valid, said.missing))
    page = plain(measure_pages()[one.path])
    for text in (
        said.label.pick(lang),
        said.about.pick(lang),
        said.valid.pick(lang),
        said.missing.pick(lang),
        said.source,
    ):
        assert text in page


@pytest.mark.parametrize("one", [one for one in OURS if one.check is not None], ids=identified)
def test_a_check_s_page_says_how_it_stands_in_a_spec(one: Subject) -> None:
    assert one.check is not None
    assert one.path == f"measures/{one.check.id()}.md"
    page = measure_pages()[one.path]
    assert f"`measure: {one.check.id()}`" in page
    assert page.count("| `columns` |") >= 2  # in both languages
    assert one.explained.about == one.check.about


def test_a_page_of_no_check_shows_the_calls_of_its_file() -> None:
    page = measure_pages()["measures/utility/il1s.md"]
    assert page.endswith("## Python\n\n- `il1s(before, after, spread=None)`\n")
    assert "`largest_gap_of_bins(before, after)`" in measure_pages()["measures/utility/kolmogorov-smirnov.md"]
    assert "_fit" not in measure_pages()["measures/pitman-uniqueness.md"]


def test_a_file_dropped_into_the_room_has_a_page_and_a_place_in_the_index(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "odd" / "a_trial.py").write_text(textwrap.dedent(DROPPED), encoding="utf-8")
    code = """
import json, sys
import sudare.measures
sudare.measures.__path__.append(sys.argv[1])
from sudare.reports.reference import pages
made = pages()
print(json.dumps([made["measures/odd/a-trial.md"], made["index.md"]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    page, index = json.loads(done.stdout)
    for line in (
        "# 試し / trial",
        "一つ目。二つ目。",
        "- Valid: Always.",
        "- 出典: nobody",
        "- `trial_of(sizes, *, limit=0.2)`",
    ):
        assert line in page
    assert "### odd\n" in index
    assert "| [`a-trial`](measures/odd/a-trial.md) 試し | trial |  | nobody |" in index


def test_the_command_writes_to_the_folder_it_is_given(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sudare.reports.reference", "--out", str(tmp_path / "here")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    written = {path.relative_to(tmp_path / "here").as_posix() for path in (tmp_path / "here").rglob("*.*")}
    assert {"index.md", "spec.schema.json", "measures/utility/il1s.md", "techniques/bin.md"} <= written
