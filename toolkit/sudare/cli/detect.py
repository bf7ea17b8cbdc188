"""Finds what has to be decided in a file, and drafts a spec."""

from __future__ import annotations

from pathlib import Path

import click

from sudare.cli.options import Reading, names, reading_options, telling_options
from sudare.cli.telling import DRAFTED, print_json
from sudare.language import Language, preferred


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@click.option("--outside", type=click.Path(path_type=Path), help="thresholds of your own / 外のしきい値の表")
@click.option(
    "--beside", type=click.Path(path_type=Path), multiple=True, help="another table of the project / 同じ事務の別の表"
)
@click.option("--proposal", metavar="A,B", default="", help="columns asked for / 提案された列")
@click.option("--draft", type=click.Path(path_type=Path), help="write a draft spec / 下書きを書き出す")
@telling_options
def detect(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    reading: Reading,
    outside: Path | None,
    beside: tuple[Path, ...],
    proposal: str,
    draft: Path | None,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Find what in FILE has to be decided, under each standard / 決めるべきことを見つける."""
    from sudare.tables.new_file import NewFile
    from sudare.verbs import detect as detect_in

    lang = lang or preferred()
    wanted = names(proposal)
    found = detect_in(
        file,
        **reading,
        outside=outside,
        beside=beside,
        proposal=wanted,
        draft=draft is not None,
        lang=lang,
    )
    if draft is not None and found.draft is not None:
        with NewFile(draft) as new:
            new.write(found.draft.text.encode("utf-8"))
    if as_json:
        print_json(found.to_dict(lang))
        return
    for line in found.lines(lang):
        click.echo(line)
    if draft is not None:
        click.echo(DRAFTED.fill(path=draft).pick(lang))
