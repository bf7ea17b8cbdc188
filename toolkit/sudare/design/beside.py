"""Where the spec of a table lies: beside it, under its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SUFFIX: Final = ".sudare.yaml"
_ENDINGS: Final = re.compile(r"\.(csv|tsv|txt|xlsx|parquet)(\.gz)?$", re.IGNORECASE)


def spec_beside(table: Path | str) -> Path:
    """Return where the spec of a table's file lies: in its folder, named as the file without what says its format.

    >>> spec_beside("健診 2026.04.csv.gz").name
    '健診 2026.04.sudare.yaml'
    """
    path = Path(table)
    return path.with_name(_ENDINGS.sub("", path.name) + SUFFIX)
