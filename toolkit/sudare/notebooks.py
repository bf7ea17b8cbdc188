"""Where the notebooks that come with the package lie, and how they get into a folder where Lab can open them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from sudare.errors import Problem, SudareError
from sudare.language import Text

RECORD = ".sudare-notebooks.json"  # what was put into a folder, by hash: a notebook that is still so may be replaced
_INSTALLED = Path(__file__).with_name("_notebooks")
_CHECKOUT = Path(__file__).parents[2] / "notebooks"


@dataclass(frozen=True)
class Copied:
    """What came of copying: the notebooks that were written, and those kept because somebody changed them."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def packaged() -> Path:
    """Return the folder of the notebooks: within the installed package, or that of the checkout.

    Raises `SudareError` (`no-notebooks`) where the package was put together without them.
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if folder.is_dir():
            return folder
    what = Text("ノートブックがパッケージに入っていません。", "the package came without its notebooks.")
    raise SudareError(Problem("no-notebooks", "", what, Text("入れ直してください。", "Install it again.")))


def names() -> tuple[str, ...]:
    """Return the paths of the notebooks below their folder, in order.

    >>> names()[0]
    '00-overview.ipynb'
    """
    folder = packaged()
    found = (path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))


def copy_to(folder: Path) -> Copied:
    """Put the notebooks into a folder; one that somebody changed there, as by running it, stays as it is.

    Raises `SudareError` (`cannot-write`) where the folder cannot be written.
    """
    record = _recorded(folder)
    written, kept = [], []
    try:
        for name in names():
            target, data = folder / name, (packaged() / name).read_bytes()
            if target.exists() and _hash(target.read_bytes()) not in {record.get(name), _hash(data)}:
                kept.append(name)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            record[name] = _hash(data)
            written.append(name)
        text = json.dumps(record, indent=1, sort_keys=True) + "\n"
        (folder / RECORD).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        what = Text("フォルダーに書けません（{kind}）。", "the folder cannot be written ({kind}).")
        raise SudareError(Problem("cannot-write", "--dir", what.fill(kind=type(error).__name__))) from None
    return Copied(tuple(written), tuple(kept))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _recorded(folder: Path) -> dict[str, str]:
    """Return the record of an earlier copy; one that cannot be read counts as none, so that nothing is replaced."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(hash_) for name, hash_ in found.items()} if isinstance(found, dict) else {}
