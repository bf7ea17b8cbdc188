"""Executes a spec on a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sudare.cli.options import engine_options, policy_option, set_option, telling_options
from sudare.cli.telling import Printer, print_json
from sudare.errors import Problem, UsageError
from sudare.language import Language, Text, preferred


@click.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--input", "input_file", required=True, type=click.Path(path_type=Path), help="the table / 加工する表")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="output folder / 出力先のフォルダ")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@policy_option
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@engine_options
@set_option
@telling_options
def run(  # noqa: PLR0913, PLR0917 - one argument per option
    spec: Path,
    input_file: Path,
    out: Path,
    key_store: Path | None,
    policy: Path | None,
    engine: str,
    threads: int | None,
    memory: str | None,
    given: tuple[str, ...],
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Execute SPEC on a file; write the result, or refuse and write no data / 仕様を実行する."""
    from sudare.production import run as run_spec
    from sudare.specs.parameters import settings

    if engine != "duckdb":
        what = Text("この実行エンジンはまだ使えません。", "this engine is not available yet.")
        raise UsageError(
            Problem("engine-not-available", "--engine", what, Text("duckdb を使ってください。", "Use duckdb."))
        )
    values = settings(given)
    lang = lang or preferred()
    printer = Printer(lang)
    finished = run_spec(
        spec,
        input_file,
        out,
        key_store=key_store,
        policy=policy,
        lang=lang,
        threads=threads,
        memory=memory,
        set=values,
        progress=printer,
    )
    printer.done()
    if as_json:
        print_json(finished.receipt)
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
