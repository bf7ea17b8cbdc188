"""Drafts a spec in a process of its own: no table stays in the server, and the small-count limit is today's.

`drafted_text` starts it as `python -m sudare.server.drafter`, with the request on its standard input; the answer is
the last line that it prints, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from sudare.errors import Problem, Refused, SudareError, UsageError
from sudare.language import Text

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.language import Language


def drafted_text(table: Path, lang: Language, regime: str | None) -> str:
    """Return the text of a draft of a table's spec, under a regime where one is named. Errors: as `sudare.detect`."""
    ended = subprocess.run(  # noqa: S603 - this very Python, our own module, the request on its input
        [sys.executable, "-m", __name__],
        input=json.dumps({"table": str(table), "lang": lang, "regime": regime}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    told = _last(ended.stdout)
    if "text" in told:
        return str(told["text"])
    problems = [_problem(one) for one in told.get("problems", ())] or [_LOST]
    raise {UsageError.exit_code: UsageError, Refused.exit_code: Refused}.get(ended.returncode, SudareError)(problems)


def _last(printed: str) -> dict[str, Any]:
    try:
        told = json.loads(printed.rstrip().rpartition("\n")[2])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _problem(told: dict[str, Any]) -> Problem:
    return Problem(told["code"], told["where"], Text(*told["what"]), Text(*told["now"]))


_LOST = Problem(
    "run-lost",
    "path",
    Text("下書きのプロセスが途中で終わりました。", "the process that drafted it ended early."),
    Text("他のプログラムを閉じて、もう一度始めてください。", "Close other programs and start again."),
)


def main() -> int:
    """Draft what the request names, and print the text or what is wrong."""
    from sudare.design.edits import with_part
    from sudare.limits import refuse_bad_limit
    from sudare.production.session import unexpected
    from sudare.specs import changed_spec
    from sudare.verbs import detect

    request = json.loads(sys.stdin.read())
    regime = request["regime"]
    try:
        refuse_bad_limit()
        draft = detect(request["table"], draft=True, lang=request["lang"]).draft
        if draft is not None and regime is not None and regime != draft.spec.regime:
            draft = changed_spec(draft, with_part(draft.spec, "regime", regime))
    except SudareError as error:
        return _refused(error.problems, error.exit_code)
    except Exception as error:  # noqa: BLE001 - reduced to kind and place: its text may quote the data
        return _refused((unexpected(error),), SudareError.exit_code)
    _tell({"text": draft.text if draft is not None else ""})
    return 0


def _refused(problems: tuple[Problem, ...], exit_code: int) -> int:
    told = [{"code": one.code, "where": one.where, "what": one.what, "now": one.now} for one in problems]
    _tell({"problems": told})
    return exit_code


def _tell(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    sys.exit(main())
