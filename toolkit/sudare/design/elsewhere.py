"""What the file of a design holds that was neither read nor saved here: another spec, none that can be read, or no file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sudare.design.saving import revision_of
from sudare.errors import Problem, SudareError
from sudare.language import Text
from sudare.specs import read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Document


@dataclass(frozen=True)
class Elsewhere:
    """The file as another writer left it; without a document, the problems say why there is none."""

    revision: str | None  # the hash of the file, None where there is no file
    document: Document | None = field(default=None, repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether there is no file any more."""
        return self.revision is None


def elsewhere(path: Path, known: str | None) -> Elsewhere | None:
    """Return what a file holds where that is not the `known` revision, else None. Raises nothing for a damaged file.

    >>> from pathlib import Path
    >>> elsewhere(Path("no-such.sudare.yaml"), None) is None
    True
    >>> elsewhere(Path("no-such.sudare.yaml"), "3f2a").problems[0].code
    'spec-gone'
    """
    try:
        now = revision_of(path)
    except SudareError:
        now = ""  # there is something, and reading it below says what keeps one from it
    if now == known:
        return None
    if now is None:
        return Elsewhere(None, problems=(_gone(path),))
    try:
        document = read_spec(path)
    except SudareError as error:
        return Elsewhere(now, problems=error.problems)
    return Elsewhere(document.sha256, document) if document.sha256 != known else None


def _gone(path: Path) -> Problem:
    what = Text(
        "ファイルがありません。消されたか、名前が変わりました。", "the file is gone: it was removed or renamed."
    )
    now = Text(
        "名前を変えたのであれば、新しい名前で机を開き直してください。",
        "If it was renamed, open the desk again with the new name.",
    )
    return Problem("spec-gone", path.name, what, now)
