"""The options that commands share."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from sudare.cli.telling import Spoken

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)? ?([KMGT]i?)?B", re.IGNORECASE)


class Reading(TypedDict):
    """How a file is to be read about which nothing is declared."""

    sheet: str | None
    encoding: str | None
    delimiter: str | None
    header_row: int


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say how a file is to be read; the command gets it as one argument, `reading`."""

    @functools.wraps(command)
    def with_reading(**given: Any) -> Any:  # noqa: ANN401 - whatever the command's own options are
        reading = {name: given.pop(name) for name in Reading.__annotations__}
        return command(reading=reading, **given)

    options = (
        click.option("--sheet", default=None, help="sheet of a workbook / シートの名前"),
        click.option("--encoding", type=click.Choice(["utf-8-sig", "utf-8", "cp932"]), default=None),
        click.option("--delimiter", default=None, help="detected when left out / 省くと判定"),
        click.option("--header-row", type=click.IntRange(min=1), default=1, show_default=True, help="見出しの行"),
    )
    wrapped: Callable[..., Any] = with_reading
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Bound what the engine may use of the machine."""
    about = "memory for the engine, such as 2GB / メモリの上限"
    memory = click.option("--memory", metavar="SIZE", default=None, callback=_size, help=about)
    threads = click.option("--threads", type=click.IntRange(min=1), default=None, help="processor threads / スレッド数")
    bounded: Callable[..., Any] = threads(memory(command))
    return bounded


def _size(_context: click.Context, _option: click.Parameter, memory: str | None) -> str | None:
    if memory is not None and not _SIZE.fullmatch(memory):
        message = "write it as 500MB or 2GB / 500MB や 2GB のように書いてください"
        raise click.BadParameter(message)
    return memory


def policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Name the policy of the organisation."""
    about = "policy of the organisation; else SUDARE_POLICY, else sudare-policy.yaml by the spec / 組織の規程ファイル"
    return click.option("--policy", type=click.Path(path_type=Path), default=None, help=about)(command)


def set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Set parameters of the spec."""
    about = "set a parameter of the spec (repeatable); never a secret / パラメーターの値（繰り返し可、記録に残る）"
    return click.option("--set", "given", metavar="NAME=VALUE", multiple=True, help=about)(command)


def telling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Choose the language, and JSON for machines."""
    return lang_option(json_option(command))


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Choose the language."""
    about = "ja or en; the locale's language by default / 表示の言語"
    return click.option("--lang", type=click.Choice(["ja", "en"]), default=None, callback=_remember, help=about)(
        command
    )


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Choose JSON for machines."""
    about = "print JSON / JSON で表示"
    return click.option("--json", "as_json", is_flag=True, callback=_remember, help=about)(command)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - either option's
    spoken = context.find_object(Spoken)
    if spoken is not None:
        setattr(spoken, option.name or "", value)
    return value


def names(given: str) -> list[str]:
    """Return the columns named in `A,B`.

    >>> names("性別, 年齢")
    ['性別', '年齢']
    """
    return [name.strip() for name in given.split(",") if name.strip()]
