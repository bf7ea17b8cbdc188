"""How the processes of a run tell each other what happened: small files in the run's private folder, no values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sudare.errors import Problem
from sudare.language import Text

if TYPE_CHECKING:
    from pathlib import Path

OUTCOME = "outcome.json"
PROGRESS = "progress.jsonl"


@dataclass(frozen=True)
class Ending:
    """How the notebook ended: with which exit code, why, and the receipt in the language of the run."""

    exit_code: int
    problems: tuple[Problem, ...]
    receipt: dict[str, Any]
    names: tuple[str, ...] = ()  # the staged files in the order in which they are to be renamed


def write_ending(work: Path, ending: Ending) -> None:
    """Leave the ending for the parent process, whole or not at all."""
    told = {
        "exit_code": ending.exit_code,
        "problems": [[p.code, p.where, *p.what, *p.now] for p in ending.problems],
        "receipt": ending.receipt,
        "names": ending.names,
    }
    draft = work / f"{OUTCOME}.draft"
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(work / OUTCOME)


def read_ending(work: Path) -> Ending | None:
    """Return how the notebook ended, or None where it left no word (its process died)."""
    path = work / OUTCOME
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    problems = tuple(
        Problem(code, where, Text(what_ja, what_en), Text(now_ja, now_en))
        for code, where, what_ja, what_en, now_ja, now_en in told["problems"]
    )
    return Ending(told["exit_code"], problems, told["receipt"], tuple(told["names"]))


def write_progress(work: Path, stage: Text, share: float) -> None:
    """Note how far the run is."""
    line = json.dumps({"ja": stage.ja, "en": stage.en, "share": round(share, 3)}, ensure_ascii=False)
    with (work / PROGRESS).open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")


def read_progress(work: Path, seen: int) -> list[tuple[Text, float]]:
    """Return what was noted after the first `seen` lines."""
    path = work / PROGRESS
    if not path.exists():
        return []
    whole = path.read_text(encoding="utf-8")
    lines = whole[: whole.rfind("\n") + 1].splitlines()[seen:]
    told = [json.loads(line) for line in lines]
    return [(Text(line["ja"], line["en"]), line["share"]) for line in told]
