"""One small run on an invented table, and what its report and dictionary say."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from small_runs import KEY, declared, document, key_store, run, step, texts
from sudare.reports import write_dictionary, write_report

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from sudare.execution.job import Outcome
    from sudare.language import Language
    from sudare.specs import Document

VOID = {"meta", "br", "rect"}
RARE_JOB, RARE_TOWN, RARE_NOTE = "鷹匠見習い", "幻の里", "左利きの双子"
IDENTIFIERS = tuple(f"架空人物{n}番" for n in range(60)) + tuple(f"ZQ{n:06d}" for n in range(60))


@dataclass
class Page(HTMLParser):
    """A page as a parser sees it: its tags with their attributes, and whether they close as they open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str]] = []  # tag and the text inside it
        self._open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += self._open

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(tag)

    @override
    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.words.append((self._open[-1], data.strip()))

    def text(self, *tags: str) -> str:
        """Return the text that stands directly in these tags, or all but the style sheet."""
        return "\n".join(words for tag, words in self.words if (tag in tags if tags else tag != "style"))


@dataclass(frozen=True)
class Written:
    """A finished run, ready to be told."""

    document: Document
    outcome: Outcome
    folder: Path

    def report(self, lang: Language) -> str:
        """Write the report anew and return its text."""
        path = self._new("html")
        write_report(path, self.document, self.outcome, lang)
        return path.read_bytes().decode("utf-8")

    def dictionary(self) -> bytes:
        """Write the dictionary anew and return its bytes."""
        path = self._new("csv")
        write_dictionary(path, self.document, self.outcome)
        return path.read_bytes()

    def rows(self) -> list[dict[str, str]]:
        """Return the dictionary's rows, by the Japanese half of the header."""
        lines = csv.reader(io.StringIO(self.dictionary().decode("utf-8-sig"), newline=""))
        header = [name.split(" / ")[0] for name in next(lines)]
        return [dict(zip(header, line, strict=True)) for line in lines]

    def _new(self, ending: str) -> Path:
        return self.folder / f"told{len(list(self.folder.iterdir()))}.{ending}"


def invented() -> pa.Table:
    """Make sixty people; a few cells are rare, a few missing."""
    n = range(60)
    return texts(
        氏名=[f"架空人物{i}番" for i in n],
        管理番号=[f"ZQ{i:06d}" for i in n],
        町=[RARE_TOWN if i == 7 else ("東町", "西町")[i % 2] for i in n],
        年齢=[str(30 + i) for i in n],
        職業=[RARE_JOB if i in {3, 4} else ("会社員", "自営業", "無職")[i % 3] for i in n],
        判定=[None if i % 20 == 0 else "ABC"[i % 3] for i in n],
        メモ=[RARE_NOTE if i == 9 else "特になし" for i in n],
        受付=["窓口"] * 60,
    )


COLUMNS = [
    declared("氏名", kind="direct-identifier"),
    declared("管理番号", kind="linking-code"),
    declared("町"),
    declared("年齢", "integer", unit="歳"),
    declared("職業"),
    declared("判定", special_care=True),
    declared("メモ", kind="free-text"),
    declared("受付"),
]
STEPS = [
    {**step("delete-column", "氏名", standards=[1], by="山田 2026-06-02"), "because": "単独で<b>識別</b>できる"},
    {
        **step("pseudonymize", "管理番号", standards=[3], by="山田 2026-06-02", domain="受診者"),
        "because": "追跡だけを残す",
    },
    {
        **step("map-values", "町", standards=[1], table={"東町": "平野部", "西町": "平野部", RARE_TOWN: "山間部"}),
        "because": "町までは要らない",
    },
    {
        **step("bin", "年齢", standards=[1, 4], by="山田 2026-06-03", edges=["40", "60", "80"]),
        "because": "高齢は珍しい",
    },
    {
        **step(
            "suppress-cells", "職業", standards=[4], by="山田 2026-06-03", where={"column": "職業", "equals": RARE_JOB}
        ),
        "because": "世の中で珍しい職業",
    },
    {**step("keep", "判定", "メモ", standards=[1], by="山田 2026-06-03"), "because": "提案の項目"},
    {**step("rename-column", "判定", to="=健診判定", by="山田 2026-06-03"), "because": "分かりやすい名前"},
]
PARTS: dict[str, Any] = {
    "file": {"register_no": "健-012", "holder": "例町長"},
    "proposal": {"no": "R8-3", "recipient": "株式会社A", "purpose": "受診勧奨", "columns": ["年齢", "判定"]},
    "staff": {"山田": {"name": "山田花子", "duty": "加工担当"}},
    "key": KEY,
    "unit": {"person": "管理番号", "at_least": 20},
    "out_of_scope": {"columns": ["受付"], "because": "提案の対象外"},
    "dismissed": [
        {"finding": "none", "standards": [2], "because": "符号の列はない", "by": "山田 2026-06-04"},
        {"finding": "rare-category/判定", "standards": [4], "because": "珍しくない", "by": "山田 2026-06-04"},
    ],
    "checks": [{"measure": "k-anonymity", "columns": ["年齢"], "at_least": 5}],
}


def written(folder: Path, steps: list[dict[str, Any]] = STEPS, **parts: Any) -> Written:
    """Run the invented table through a spec."""
    spec = document(COLUMNS, steps, **{**PARTS, **parts})
    ran = run(folder, spec, invented(), store=key_store(folder))
    told = folder / "told"
    told.mkdir()
    return Written(spec, ran.outcome, told)
