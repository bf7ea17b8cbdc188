"""Rewrites the file of a spec of an older version as the present version says it, comments and all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sudare.display import html_table
from sudare.language import Language, Text, preferred
from sudare.specs.diff import Diff, diff
from sudare.specs.reading import Document, load_yaml, parse_spec, read_spec
from sudare.specs.spec import VERSION
from sudare.specs.upgrade import bring_up, version_of
from sudare.specs.writing import tree_text
from sudare.tables.new_file import NewFile, put_in_place

if TYPE_CHECKING:
    from sudare.specs.upgrade import Upgrade

_CURRENT = Text(
    "すでに今の版（{n}）です。何も変えていません。", "It is of the present version ({n}) already; left as it is."
)
_RENEWED = Text("書式の版 {old} → {new}", "version of the format {old} → {new}")
_STEP = Text("版 {n} から: {about}", "from version {n}: {about}")


@dataclass(frozen=True)
class Renewal:
    """What an upgrade did to a spec: nothing where it is of the present version."""

    old: int  # the version it was written in
    document: Document  # as it is now
    upgrades: tuple[Upgrade, ...]
    diff: Diff

    @property
    def changed(self) -> bool:
        """Whether the text changed."""
        return bool(self.upgrades)

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys `changed`, `from`, `to`, `upgrades` and `diff`."""
        chosen = lang or preferred()
        return {
            "changed": self.changed,
            "from": self.old,
            "to": VERSION,
            "upgrades": [upgrade.about.pick(chosen) for upgrade in self.upgrades],
            "diff": self.diff.to_dict(chosen),
        }

    def lines(self, lang: Language | None = None) -> list[str]:
        """Say what was done, and of each approval whether it still holds."""
        chosen = lang or preferred()
        told = [text.pick(chosen) for text in self._texts()]
        return [*told, *self.diff.lines(chosen)] if self.changed else told

    def _texts(self) -> list[Text]:
        if not self.changed:
            return [_CURRENT.fill(n=VERSION)]
        steps = [_STEP.fill(n=n, about=upgrade.about) for n, upgrade in enumerate(self.upgrades, start=self.old)]
        return [_RENEWED.fill(old=self.old, new=VERSION), *steps]

    def _repr_html_(self) -> str:
        title, *rows = [Text(ja, en) for ja, en in zip(self.lines("ja"), self.lines("en"), strict=True)]
        return html_table(title, [(Text("", ""), row) for row in rows])


def renewed(document: Document) -> Renewal:
    """Return a spec as the present version writes it, with its comments and its line ends."""
    tree = load_yaml(document.text.replace("\r\n", "\n"))
    old = version_of(tree)
    upgrades = bring_up(tree)
    if not upgrades:
        return Renewal(old, document, (), Diff(()))
    text = tree_text(tree)
    if "\r\n" in document.text:
        text = text.replace("\n", "\r\n")
    now = parse_spec(text, document.path)
    return Renewal(old, now, upgrades, diff(document, now))


def renew_file(path: Path | str, out: Path | str | None = None) -> Renewal:
    """Bring the file of a spec up to date in one move, or write it to `out`, which must not exist yet.

    A file of the present version is left untouched, byte for byte, and `out` is then a copy of it. Raises Refused
    where it cannot be read as a spec and `SudareError` where it cannot be written; the file is then as it was.
    """
    source = Path(path).resolve()
    renewal = renewed(read_spec(source))
    content = renewal.document.text.encode() if renewal.changed else None
    if out is not None:
        with NewFile(Path(out)) as file:
            file.write(source.read_bytes() if content is None else content)
    elif content is not None:
        put_in_place(source, content)
    return renewal
