"""Tells facts about the columns of a file."""

from __future__ import annotations

from pathlib import Path

import click

from sudare.cli.options import Reading, engine_options, reading_options, telling_options
from sudare.cli.telling import Printer, print_json
from sudare.language import Language, preferred


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@engine_options
@telling_options
def profile(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    reading: Reading,
    threads: int | None,
    memory: str | None,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Tell facts about the columns of FILE, and no rare value / 列の概要を示す."""
    from sudare.reports.plain_table import plain_table
    from sudare.verbs import profile as profile_of

    lang = lang or preferred()
    printer = Printer(lang)
    found = profile_of(
        file,
        **reading,
        threads=threads,
        memory=memory,
        progress=printer,
    )
    printer.done()
    if as_json:
        print_json(found.to_dict(lang))
        return
    for problem in found.problems:
        click.echo(problem.line(lang), err=True)
    lines = [found.title().pick(lang), "", *plain_table(*found.grid(lang)), "", *found.remarks(lang)]
    click.echo("\n".join(lines).rstrip())
