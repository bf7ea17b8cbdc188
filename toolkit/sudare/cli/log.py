"""Looks at the run log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sudare.cli.options import telling_options
from sudare.cli.telling import REFUSED, print_json
from sudare.language import Language, Text, preferred


@click.group()
def log() -> None:
    """Look at the run log of an output folder / 実行記録を調べる."""


@log.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@telling_options
def verify(folder: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Check that no line of the run log was changed, removed or put in / 改ざんの有無を調べる."""
    from sudare.production import verify as verify_log

    problems = list(verify_log(folder))
    lang = lang or preferred()
    if as_json:
        print_json({"ok": not problems, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for problem in problems:
            click.echo(problem.line(lang), err=True)
        if not problems:
            click.echo(Text("つながっています。", "The chain is whole.").pick(lang))
    sys.exit(REFUSED if problems else 0)
