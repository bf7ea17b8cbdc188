"""Measures how useful a processed file still is."""

from __future__ import annotations

from pathlib import Path

import click

from sudare.cli.options import Reading, names, reading_options, telling_options
from sudare.cli.telling import print_json
from sudare.language import Language, preferred


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--id", "id_", metavar="COLUMN", default=None, help="tells rows apart on both sides / 行を決める列")
@click.option("--qi", metavar="A,B", default="", help="compare classes over these / 組を比べる列")
@click.option("--task", metavar="COLUMN", default=None, help="column to predict, with scikit-learn / 予測する列")
@click.option("--suppressed-as", metavar="MARK", default="*", show_default=True, help="mark of hidden cells / 削除の印")
@reading_options
@telling_options
def utility(  # noqa: PLR0913, PLR0917 - one argument per option
    before: Path,
    after: Path,
    id_: str | None,
    qi: str,
    task: str | None,
    suppressed_as: str,
    reading: Reading,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Measure how useful AFTER still is beside BEFORE / 加工後の表の有用さを測る."""
    from sudare.reports.plain_table import plain_table
    from sudare.verbs import utility as utility_of

    lang = lang or preferred()
    found = utility_of(
        before,
        after,
        id=id_,
        qi=names(qi),
        task=task,
        suppressed_as=suppressed_as,
        **reading,
    )
    if as_json:
        print_json(found.to_dict(lang))
        return
    lines = [found.title().pick(lang), "", *plain_table(*found.grid(lang)), "", *found.remarks(lang)]
    click.echo("\n".join(lines).rstrip())
