"""The routes under `sudare/`: who asks is authenticated and authorised, bodies are bounded, errors are told in place."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from sudare.errors import Problem, SudareError, UsageError
from sudare.language import Text, preferred
from sudare.production.session import unexpected
from sudare.server.answers import ANSWERS, start_run
from sudare.server.editing import Stale

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.language import Language
    from sudare.server.app import SudareServer

_MOST: Final = 1024 * 1024  # bytes of a body
_NOT_FOUND, _CONFLICT, _TOO_LARGE, _REFUSED = 404, 409, 413, 422


class _Handler(APIHandler):
    """What every route shares."""

    auth_resource = "sudare"

    @property
    def sudare(self) -> SudareServer:
        """The server's part of sudare."""
        return cast("SudareServer", self.settings["sudare"])

    @property
    def lang(self) -> Language:
        """The language asked for."""
        return "en" if self.get_query_argument("lang", preferred()) == "en" else "ja"

    def body(self) -> dict[str, Any]:
        """Return the JSON object that was sent."""
        if len(self.request.body) > _MOST:
            raise web.HTTPError(_TOO_LARGE)
        try:
            data = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            what = Text("JSON の要求ではありません。", "the body is no JSON object.")
            raise UsageError(Problem("bad-request", "body", what))
        return data

    async def answer(self, work: Callable[[], Any], status: int = 200) -> None:
        """Do the work beside the server's loop, and tell what came of it."""
        self.sudare.loop = asyncio.get_running_loop()
        try:
            told = await asyncio.get_running_loop().run_in_executor(None, work)
        except web.HTTPError:
            raise
        except SudareError as error:
            self.set_status(_status(error))
            told = _problems(error.problems, self.lang)
        except Exception as error:  # noqa: BLE001 - reduced to kind and place: its text may quote the data
            self.set_status(500)
            told = _problems((unexpected(error),), self.lang)
        else:
            self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        await self.finish(json.dumps(told, ensure_ascii=False))


class AskHandler(_Handler):
    """Everything that is asked and answered at once."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answer what needs no body."""
        method, work = ANSWERS[name]
        if method != "GET":
            raise web.HTTPError(405)
        await self.answer(lambda: work(self.sudare.root, {}, self.lang))

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        """Answer what has a body."""
        method, work = ANSWERS[name]
        if method != "POST":
            raise web.HTTPError(405)
        await self.answer(lambda: work(self.sudare.root, self.body(), self.lang))


class SettingsHandler(_Handler):
    """What the server is set to."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell it."""
        await self.answer(self.sudare.settings.told)

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Set what a page may set."""
        await self.answer(lambda: self.sudare.settings.change(self.body()))


class RunsHandler(_Handler):
    """All runs, and a new one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List them, the newest first."""
        await self.answer(lambda: {"runs": [run.to_dict() for run in self.sudare.runs.all()]})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start one."""
        await self.answer(lambda: start_run(self.sudare.runs, self.body(), self.lang), status=201)


class RunHandler(_Handler):
    """One run."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Tell how it is."""
        await self.answer(lambda: self._found(self.sudare.runs.get(name)))

    @web.authenticated
    @authorized
    async def delete(self, name: str) -> None:
        """Cancel it."""
        await self.answer(lambda: self._found(self.sudare.runs.cancel(name)))

    def _found(self, run: Any) -> dict[str, Any]:  # noqa: ANN401 - a run, or none
        if run is None:
            raise web.HTTPError(_NOT_FOUND)
        return cast("dict[str, Any]", run.to_dict())


def routes() -> list[tuple[str, type[_Handler]]]:
    """Return the routes, each below `sudare/`."""
    asked = "|".join(ANSWERS)
    single = (r"runs/([0-9a-f]{12})", RunHandler)
    return [(rf"({asked})", AskHandler), (r"settings", SettingsHandler), (r"runs", RunsHandler), single]


def _status(error: SudareError) -> int:
    codes = {problem.code for problem in error.problems}
    if isinstance(error, Stale) or codes & {"stale-spec", "busy-folder"}:
        return _CONFLICT
    if "no-such-file" in codes:
        return _NOT_FOUND
    return 400 if isinstance(error, UsageError) else _REFUSED


def _problems(problems: Sequence[Problem], lang: Language) -> dict[str, Any]:
    return {"problems": [problem.to_dict(lang) for problem in problems]}
