"""The sample: a town's generated register, its spec and its key, run end to end."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from sudare.keystore import KeyName, KeyStore
from sudare.production.commit import cannot_write
from sudare.production.run import Finished, run
from sudare.specs import read_spec
from sudare.tables.sample import write_health_checkup

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.language import Language, Text

INPUT, SPEC, KEYS, OUT = "input.csv", "demo.sudare.yaml", "keys", "out"


def demo(
    out: Path | str = "sudare-demo",
    *,
    lang: Language | None = None,
    progress: Callable[[Text, float], None] | None = None,
) -> Finished:
    """Put a generated register, its spec and a key into a folder and run the spec into `out` below it.

    What already lies there is kept, so that a changed spec or table is run again as it was changed.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / INPUT).exists():
            write_health_checkup(folder / INPUT)
        if not (folder / SPEC).exists():
            text = (files("sudare.production") / SPEC).read_text(encoding="utf-8")
            (folder / SPEC).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot_write(error) from None
    store = KeyStore(folder / KEYS)
    named = read_spec(folder / SPEC).spec.key
    if named is not None:
        name = KeyName.parse(named)
        if name not in {info.name for info in store.list()}:
            store.new(name)
    return run(folder / SPEC, folder / INPUT, folder / OUT, key_store=folder / KEYS, lang=lang, progress=progress)
