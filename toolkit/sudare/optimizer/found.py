"""What a search for the least loss found, ready to be told, and as the steps of a spec that do it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sudare.display import html_table
from sudare.errors import Problem, SudareError
from sudare.language import Language, Text, preferred
from sudare.specs import dump_spec, parse_spec
from sudare.tables.new_file import NewFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.optimizer.hierarchy import Hierarchy
    from sudare.specs import Document

NAMELESS = "search"
"""How the files beside a spec begin that has no name yet."""


@dataclass(frozen=True)
class Search:
    """The levels of least loss, by column; `suppressed` records are removed, `classes` are left.

    `optimal` says that it is proved that no other levels lose less. Where time ran out, no levels lose less than
    `bound`. `checked` of the lattice's `nodes` were looked at. `steps` are those of a spec that do what was found;
    `hierarchies` are the files that lie beside it, by name.
    """

    levels: Mapping[str, int] = field(repr=False)  # by header, which a notebook does not show unasked
    loss: float
    suppressed: int
    classes: int
    optimal: bool
    nodes: int
    checked: int
    bound: float
    records: int
    steps: tuple[Mapping[str, Any], ...] = field(repr=False)
    hierarchies: Mapping[str, Hierarchy] = field(repr=False)
    parts: Mapping[str, Any] = field(repr=False)  # of the spec, besides the steps

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:  # noqa: ARG002 - as of every result
        """Return the stable keys `levels`, `loss`, `suppressed`, `classes`, `optimal`, `nodes` and `checked`."""
        names = ("loss", "suppressed", "classes", "optimal", "nodes", "checked")
        return {"levels": dict(self.levels), **{name: getattr(self, name) for name in names}}

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return what was found as lines of text."""
        lang = lang or preferred()
        levels = [_LEVEL.fill(name=name, level=level).pick(lang) for name, level in self.levels.items()]
        return [*levels, *(what.join(value, by=": ").pick(lang) for what, value in self._told())]

    def document(self, name: str = NAMELESS) -> Document:
        """Return the spec that does what was found, unsigned: what it does not answer is reported as open.

        Columns that the search did not look at are out of scope there. The files beside it begin with `name`.
        """
        import json

        steps = [
            {key: _named(value, name) if key == "hierarchy" else value for key, value in step.items()}
            for step in self.steps
        ]
        text = json.dumps({**self.parts, "steps": steps}, ensure_ascii=False)
        return parse_spec(dump_spec(parse_spec(text).spec))  # JSON is YAML; the one writer then lays it out

    def write_spec(self, path: Path | str) -> None:
        """Write the spec, and beside it the hierarchies that it reads. Never writes over a file: `cannot-write`."""
        path = Path(path)
        if path.exists():
            what = Text("同じ名前のファイルがすでにあります。", "a file of that name exists already.")
            raise SudareError(Problem("cannot-write", path.name, what))
        name = path.name.partition(".")[0]
        text = self.document(name).text
        for file, hierarchy in self.hierarchies.items():
            with NewFile(path.with_name(_named(file, name))) as new:
                new.write(_as_csv(hierarchy).encode("utf-8"))
        with NewFile(path) as new:
            new.write(text.encode("utf-8"))

    def _told(self) -> list[tuple[Text, Text]]:
        share = self.suppressed / self.records if self.records else 0.0
        said = {
            _LOSS: f"{self.loss:.6f}",
            _SUPPRESSED: f"{self.suppressed:,} ({share:.2%})",
            _CLASSES: f"{self.classes:,}",
            _CHECKED: f"{self.checked:,} / {self.nodes:,}",
        }
        rows = [(what, Text(value, value)) for what, value in said.items()]
        if self.optimal:
            return [*rows, (_PROOF, Text("ほかの段はこれより損失が小さくならない", "no other levels lose less"))]
        return [*rows, (_PROOF, _NOT_PROVED.fill(bound=f"{self.bound:.6f}"))]

    def _repr_html_(self) -> str:
        return html_table(Text("損失が最小の一般化", "generalization of least loss"), self._told())


def _named(file: str, name: str) -> str:
    return name + file.removeprefix(NAMELESS)


def _as_csv(hierarchy: Hierarchy) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(hierarchy.rows)
    return text.getvalue()


_LEVEL = Text("{name}: 段 {level}", "{name}: level {level}")
_LOSS = Text("情報損失", "loss")
_SUPPRESSED = Text("除くレコード", "records removed")
_CLASSES = Text("残る組", "classes left")
_CHECKED = Text("調べた組合せ", "nodes checked")
_PROOF = Text("最適性", "proof")
_NOT_PROVED = Text(
    "時間切れ。これより良いものがあっても、損失は {bound} 以上", "out of time; nothing loses less than {bound}"
)
