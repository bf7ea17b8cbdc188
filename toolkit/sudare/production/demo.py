"""The samples: a generated table, its spec and its key, run end to end."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sudare.errors import Problem, UsageError
from sudare.keystore import KeyName, KeyStore
from sudare.language import Text
from sudare.production.commit import cannot_write
from sudare.production.run import Finished, run
from sudare.specs import read_spec
from sudare.tables.samples import DEFAULT, SAMPLES
from sudare.tables.samples import sample as sample_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.language import Language

INPUT, SPEC, KEYS, OUT = "input.csv", "demo.sudare.yaml", "keys", "out"


def demo(
    out: Path | str = "sudare-demo",
    *,
    sample: str = DEFAULT,
    lang: Language | None = None,
    progress: Callable[[Text, float], None] | None = None,
) -> Finished:
    """Put a generated table, its spec and a key into a folder and run the spec into `out` below it.

    `sample` is one of `sudare.tables.samples.SAMPLES`; another name raises `unknown-sample`. What already lies in the
    folder is kept, so that a changed spec or table is run again as it was changed; a folder that holds another sample
    raises `another-sample`.
    """
    folder, chosen = Path(out), sample_of(sample)
    _refuse_another(folder / SPEC, sample)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / INPUT).exists():
            chosen.write(folder / INPUT)
        if not (folder / SPEC).exists():
            (folder / SPEC).write_text(_spec(chosen.spec), encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot_write(error) from None
    store = KeyStore(folder / KEYS)
    named = read_spec(folder / SPEC).spec.key
    if named is not None:
        name = KeyName.parse(named)
        if name not in {info.name for info in store.list()}:
            store.new(name)
    return run(folder / SPEC, folder / INPUT, folder / OUT, key_store=folder / KEYS, lang=lang, progress=progress)


def _spec(name: str) -> str:
    return (files("sudare.production") / name).read_text(encoding="utf-8")


def _refuse_another(spec: Path, sample: str) -> None:
    """Refuse a folder whose spec still has the title of another sample, which would be run in place of this one."""
    if not spec.exists():
        return
    title = f"\ntitle: {read_spec(spec).spec.title}\n"
    if any(title in _spec(other.spec) for name, other in SAMPLES.items() if name != sample):
        what = Text("このフォルダーには別の見本があります。", "this folder holds another sample.")
        now = Text("--out に別のフォルダーを指定してください。", "Name another folder with `--out`.")
        raise UsageError(Problem("another-sample", "--out", what, now))
