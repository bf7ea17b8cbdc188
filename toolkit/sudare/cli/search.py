"""Looks for the generalization of least loss."""

from __future__ import annotations

from pathlib import Path

import click

from sudare.cli.options import Reading, names, reading_options, telling_options
from sudare.cli.telling import DRAFTED, Printer, print_json
from sudare.errors import Problem, UsageError
from sudare.language import Language, Text, preferred


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--hierarchies", required=True, type=click.Path(path_type=Path), help="folder of CSVs / 階層のフォルダ")
@click.option("--qi", metavar="A,B", required=True, help="columns somebody may know / 知られうる列")
@click.option("--k", type=click.IntRange(min=1), required=True, help="smallest class / 組の下限")
@click.option("--l", "l_", type=click.IntRange(min=1), default=None, help="values of --sensitive / 値の種類の下限")
@click.option("--t", type=click.FloatRange(0, 1), default=None, help="distance of distributions / 分布の違いの上限")
@click.option("--sensitive", metavar="S", default=None, help="column nobody should learn / 知られたくない列")
@click.option("--suppress", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="除いてよい割合")
@click.option("--weights", metavar="A=2,B=1", default="", help="how much columns matter / 列の重み")
@click.option("--seconds", type=click.FloatRange(min=0), default=None, help="time it may take / 時間の上限（秒）")
@click.option("--spec", type=click.Path(path_type=Path), default=None, help="write a draft spec / 下書きを書き出す")
@reading_options
@telling_options
def search(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    hierarchies: Path,
    qi: str,
    k: int,
    l_: int | None,
    t: float | None,
    sensitive: str | None,
    suppress: float,
    weights: str,
    seconds: float | None,
    spec: Path | None,
    reading: Reading,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Find the generalization of least loss that keeps k (and l, t) / 損失が最小の一般化を探す."""
    from sudare.verbs import search as search_for

    lang = lang or preferred()
    printer = Printer(lang)
    found = search_for(
        file,
        hierarchies,
        names(qi),
        k,
        l_,
        t=t,
        sensitive=sensitive,
        suppress=suppress,
        weights=_weights(weights),
        seconds=seconds,
        **reading,
        progress=lambda done: printer(*done.told()),
        lang=lang,
    )
    printer.done()
    if spec is not None:
        found.write_spec(spec)
    if as_json:
        print_json(found.to_dict())
        return
    click.echo("\n".join(found.lines(lang)))
    if spec is not None:
        click.echo(DRAFTED.fill(path=spec).pick(lang))


def _weights(given: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, _, number = part.rpartition("=")
        try:
            weights[name] = float(number)
        except ValueError:
            what = Text("列=数 の形で書いてください。", "write it as COLUMN=NUMBER.")
            raise UsageError(Problem("bad-weights", "--weights", what)) from None
    return weights
