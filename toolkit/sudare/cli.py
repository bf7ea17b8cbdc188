"""The same verbs for machines. Exit codes: 0 done, 1 error, 2 usage, 3 refused."""

from __future__ import annotations

import json
import re
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sudare.errors import Problem, SudareError, UsageError
from sudare.language import Language, Text, preferred

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REFUSED = 3
_SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)? ?([KMGT]i?)?B", re.IGNORECASE)
_ENGINES = ("duckdb", "spark")


@dataclass
class _Spoken:
    """What the command line chose about telling, known to what tells its errors."""

    lang: Language | None = None
    as_json: bool = False


class _Printer:
    """Shows a run's progress on standard error, on one line where that is a screen."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._stage = ""
        self._screen = sys.stderr.isatty()
        self._lock = threading.Lock()

    def __call__(self, stage: Text, share: float) -> None:
        name = stage.pick(self._lang)
        with self._lock:
            if self._screen:
                click.echo(f"\r\033[K{name} {share:4.0%}", nl=False, err=True)
            elif name != self._stage:
                click.echo(name, err=True)
            self._stage = name

    def done(self) -> None:
        """End the line."""
        if self._screen and self._stage:
            click.echo(err=True)


def _lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "ja or en; the locale's language by default / 表示の言語"
    return click.option("--lang", type=click.Choice(["ja", "en"]), default=None, callback=_remember, help=about)(
        command
    )


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - either option's
    spoken = context.find_object(_Spoken)
    if spoken is not None:
        setattr(spoken, option.name or "", value)
    return value


def _size(_context: click.Context, _option: click.Parameter, memory: str | None) -> str | None:
    if memory is not None and not _SIZE.fullmatch(memory):
        message = "write it as 500MB or 2GB / 500MB や 2GB のように書いてください"
        raise click.BadParameter(message)
    return memory


def _json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "print JSON / JSON で表示"
    return click.option("--json", "as_json", is_flag=True, callback=_remember, help=about)(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sudare")
def sudare() -> None:
    """簾 sudare: processing design for anonymized information / 匿名加工情報の加工設計."""


@sudare.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--input", "input_file", required=True, type=click.Path(path_type=Path), help="the table / 加工する表")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="output folder / 出力先のフォルダ")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@click.option("--engine", type=click.Choice(_ENGINES), default="duckdb", show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=None, help="processor threads / スレッド数")
@click.option(
    "--memory", metavar="SIZE", default=None, callback=_size, help="memory for the engine, such as 2GB / メモリの上限"
)
@_lang_option
@_json_option
def run(  # noqa: PLR0913, PLR0917 - one argument per option
    spec: Path,
    input_file: Path,
    out: Path,
    key_store: Path | None,
    engine: str,
    threads: int | None,
    memory: str | None,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Execute SPEC on a file; write the result, or refuse and write no data / 仕様を実行する."""
    from sudare.production import run as run_spec

    if engine != "duckdb":
        what = Text("この実行エンジンはまだ使えません。", "this engine is not available yet.")
        raise UsageError(
            Problem("engine-not-available", "--engine", what, Text("duckdb を使ってください。", "Use duckdb."))
        )
    lang = lang or preferred()
    printer = _Printer(lang)
    finished = run_spec(
        spec, input_file, out, key_store=key_store, lang=lang, threads=threads, memory=memory, progress=printer
    )
    printer.done()
    if as_json:
        _print(finished.receipt)
    else:
        for problem in finished.problems:
            click.echo(problem.line(lang), err=True)
        if finished.exit_code == 0:
            click.echo(_DONE.fill(out=finished.out, file=finished.receipt["output"]["file"]).pick(lang))
        else:
            click.echo(_NOT_DONE.fill(out=finished.out).pick(lang), err=True)
    sys.exit(finished.exit_code)


_DONE = Text(
    "完了しました: {out}（{file}、report.html、receipt.json）", "Done: {out} ({file}, report.html, receipt.json)"
)
_NOT_DONE = Text(
    "データは書き出していません。理由: {out} の receipt.json", "No data was written. Why: receipt.json in {out}"
)


@sudare.command()
@click.argument("spec", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path, exists=True),
    help="compare with a table too / 表とも照合する",
)
@_lang_option
@_json_option
def check(spec: Path, input_file: Path | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Check SPEC without running it: every problem at once, and what is open / 仕様を点検する."""
    from sudare.verbs import check as check_spec

    lang = lang or preferred()
    checked = check_spec(spec, input=input_file)
    if as_json:
        _print(checked.to_dict(lang))
    else:
        for problem in checked.problems:
            click.echo(problem.line(lang), err=True)
        for standard in checked.standards:
            click.echo(
                _STANDARD[standard.status].fill(n=standard.standard, columns=", ".join(standard.columns)).pick(lang)
            )
        for point in checked.open:
            click.echo("  - " + point.line(lang))
        click.echo((_OK if checked.ok else _NOT_OK).pick(lang))
    sys.exit(0 if checked.ok else REFUSED)


_STANDARD = {
    "decided": Text("第{n}号: 決定済み {columns}", "standard {n}: decided {columns}"),
    "open": Text("第{n}号: 未確認 {columns}", "standard {n}: open {columns}"),
}
_OK = Text("実行できます。", "It can be run.")
_NOT_OK = Text("このままでは実行できません。", "It cannot be run as it is.")


@sudare.command()
@_json_option
def schema(as_json: bool) -> None:  # noqa: ARG001, FBT001 - it is JSON with or without the flag
    """Print the JSON Schema of a spec / 仕様の JSON Schema を表示する."""
    from sudare.specs import spec_schema

    _print(spec_schema())


@sudare.group()
def key() -> None:
    """Make, list, rotate and destroy keys / 鍵を作る・一覧・更新・破棄する."""


def _key_command(verb: str, about: str) -> None:
    @key.command(name=verb, help=about)
    @click.argument("name", metavar="NAME@PERIOD")
    @click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
    @_json_option
    def command(name: str, key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
        from sudare.keystore import KeyName

        made = getattr(_store(key_store), verb)(KeyName.parse(name)).to_dict()
        if as_json:
            _print(made)
        else:
            click.echo("  ".join(str(value) for value in made.values()))


_key_command("new", "Make a new key / 鍵を作る.")
_key_command("rotate", "Make a key for the next period of a name / 次の期間の鍵を作る.")
_key_command("destroy", "Destroy a key for good / 鍵を破棄する（元に戻せません）.")


@key.command(name="list")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@_json_option
def list_keys(key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """List names and fingerprints, never keys / 名前と指紋を一覧する."""
    keys = [info.to_dict() for info in _store(key_store).list()]
    if as_json:
        _print({"keys": keys})
    else:
        for info in keys:
            click.echo("  ".join(str(value) for value in info.values()))


def _store(folder: Path | None) -> Any:  # noqa: ANN401 - imported late, so that --help is quick
    from sudare.keystore import KeyStore

    return KeyStore(folder or KeyStore.default_folder())


@sudare.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("sudare-demo"), show_default=True)
@_lang_option
@_json_option
def demo(out: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Make a town's generated register with its spec and key, and run it / 見本を作って実行する."""
    from sudare.production.demo import demo as make_demo

    lang = lang or preferred()
    printer = _Printer(lang)
    finished = make_demo(out, lang=lang, progress=printer)
    printer.done()
    if as_json:
        _print(finished.receipt)
    else:
        for problem in finished.problems:
            click.echo(problem.line(lang), err=True)
        if finished.exit_code == 0:
            click.echo(_DEMO.fill(out=out.absolute(), report=(out / "out" / "report.html").absolute()).pick(lang))
    sys.exit(finished.exit_code)


_DEMO = Text(
    "見本を {out} に作りました。報告書: {report}\nもう一度実行するには:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"',
    "The sample is in {out}. The report: {report}\nTo run it again:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"',
)


@sudare.group()
def log() -> None:
    """Look at the run log of an output folder / 実行記録を調べる."""


@log.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_lang_option
@_json_option
def verify(folder: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Check that no line of the run log was changed, removed or put in / 改ざんの有無を調べる."""
    from sudare.production import verify as verify_log

    problems = list(verify_log(folder))
    lang = lang or preferred()
    if as_json:
        _print({"ok": not problems, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for problem in problems:
            click.echo(problem.line(lang), err=True)
        if not problems:
            click.echo(Text("つながっています。", "The chain is whole.").pick(lang))
    sys.exit(REFUSED if problems else 0)


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; no traceback ever reaches the user, since it could quote the data."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    spoken = _Spoken()
    try:
        sudare.main(args=list(arguments) if arguments is not None else None, prog_name="sudare", obj=spoken)
    except SudareError as error:
        _tell(error.problems, error.exit_code, spoken)
    except Exception as error:  # noqa: BLE001 - reduced to kind and place
        from sudare.production.session import unexpected

        _tell((unexpected(error),), 1, spoken)


def _tell(problems: Sequence[Problem], exit_code: int, spoken: _Spoken) -> None:
    if spoken.as_json:
        _print({"state": "error", "problems": [problem.to_dict(spoken.lang) for problem in problems]})
    for problem in problems:
        click.echo(problem.line(spoken.lang), err=True)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
