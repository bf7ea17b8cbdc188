"""The process of one production run that the page started: the command line's own run, told line by line.

Started as `python -m sudare.server.worker`. The request is the first line of its standard input, as JSON; what it
prints are JSON lines, the last one of which says how it ended. When its standard input ends, the run is cancelled.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any


def main() -> int:
    """Run what the request says."""
    from sudare.errors import SudareError
    from sudare.limits import refuse_bad_limit
    from sudare.production import run
    from sudare.production.session import unexpected
    from sudare.server.way import Way

    way = Way()
    request = json.loads(sys.stdin.readline())
    lang = request["lang"]
    cancelled = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(cancelled,), daemon=True).start()
    try:
        refuse_bad_limit()
        finished = run(
            request["spec"],
            request["input"],
            request["out"],
            key_store=request["key_store"],
            lang=lang,
            set=request["set"],
            progress=lambda stage, share: _tell({"stage": stage.pick(lang), "share": way.share(stage, share)}),
            cancelled=cancelled.is_set,
        )
    except SudareError as error:
        state = "cancelled" if any(one.code == "cancelled" for one in error.problems) else "error"
        _tell({"state": state, "problems": [problem.to_dict(lang) for problem in error.problems]})
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - reduced to kind and place: its text may quote the data
        _tell({"state": "error", "problems": [unexpected(error).to_dict(lang)]})
        return 1
    state = {0: "done", 3: "refused"}.get(finished.exit_code, "error")
    problems = [problem.to_dict(lang) for problem in finished.problems]
    _tell({"state": state, "problems": problems})
    return finished.exit_code


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _wait_for_the_end(cancelled: threading.Event) -> None:
    sys.stdin.read()
    cancelled.set()


if __name__ == "__main__":
    sys.exit(main())
