"""Measures what a reader of a file could find out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from sudare.cli.options import Reading, names, reading_options, telling_options
from sudare.cli.telling import print_json
from sudare.language import Language, preferred


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--qi", metavar="A,B", required=True, help="columns somebody may know / 知られうる列")
@click.option("--sensitive", metavar="S", default=None, help="column nobody should learn / 知られたくない列")
@click.option("--weight", metavar="W", default=None, help="sampling weights / 抽出の重みの列")
@click.option("--unit", metavar="P", default=None, help="who is who, where people have several rows / 人を表す列")
@click.option("--k", type=click.IntRange(min=1), default=5, show_default=True, help="smallest class wanted / 組の下限")
@click.option("--suda", type=click.IntRange(min=1), default=None, help="sets of up to so many columns / 調べる列数")
@click.option("--missing", type=click.Choice(["value", "wildcard"]), default="value", show_default=True, help="欠測")
@click.option("--population", type=click.IntRange(min=1), default=None, help="people in the population / 母集団の人数")
@click.option("--household", metavar="COLUMN", default=None, help="who lives together / 世帯を表す列")
@click.option("--original", type=click.Path(path_type=Path), default=None, help="before processing / 加工前の表")
@click.option("--id", "id_", metavar="COLUMN", default=None, help="tells rows apart on both sides / 行を決める列")
@click.option("--earlier", type=click.Path(path_type=Path), default=None, help="an earlier delivery / 前回の提供")
@click.option("--points", type=click.IntRange(min=1), default=None, help="records known of a unit / 知られる記録の数")
@reading_options
@telling_options
def risk(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    qi: str,
    sensitive: str | None,
    weight: str | None,
    unit: str | None,
    k: int,
    suda: int | None,
    missing: Literal["value", "wildcard"],
    population: int | None,
    household: str | None,
    original: Path | None,
    id_: str | None,
    earlier: Path | None,
    points: int | None,
    reading: Reading,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Measure what a reader of FILE could find out who knows some of its columns / リスクを測る."""
    from sudare.verbs import risk as risk_of

    lang = lang or preferred()
    found = risk_of(
        file,
        names(qi),
        sensitive=sensitive,
        weight=weight,
        unit=unit,
        k=k,
        suda=suda,
        missing=missing,
        population=population,
        household=household,
        original=original,
        id=id_,
        earlier=earlier,
        points=points,
        **reading,
    )
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo("\n".join(found.lines(lang)))
