"""Makes a sample and runs it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sudare.cli.options import telling_options
from sudare.cli.telling import Printer, print_json
from sudare.language import Language, Text, preferred


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("sudare-demo"), show_default=True)
@click.option(
    "--sample",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    default=None,
    help="which sample; without NAME: list them / どの見本か。名前を省くと一覧",
)
@telling_options
def demo(out: Path, sample: str | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Make a generated table with its spec and key, and run it / 見本を作って実行する."""
    from sudare.production.demo import demo as make_demo
    from sudare.tables.sample import SAMPLE_NOTE
    from sudare.tables.samples import DEFAULT

    lang = lang or preferred()
    if sample == "":
        _list_samples(lang, as_json=as_json)
        return
    printer = Printer(lang)
    finished = make_demo(out, sample=sample or DEFAULT, lang=lang, progress=printer)
    printer.done()
    if as_json:
        print_json(finished.receipt)
    else:
        for problem in finished.problems:
            click.echo(problem.line(lang), err=True)
        if finished.exit_code == 0:
            click.echo(SAMPLE_NOTE.pick(lang))
            click.echo(_DEMO.fill(out=out.absolute(), report=(out / "out" / "report.html").absolute()).pick(lang))
    sys.exit(finished.exit_code)


def _list_samples(lang: Language, *, as_json: bool) -> None:
    from sudare.tables.samples import SAMPLES

    if as_json:
        print_json({"samples": [{"name": name, "title": sample.title.pick(lang)} for name, sample in SAMPLES.items()]})
    else:
        for name, sample in SAMPLES.items():
            click.echo(f"{name}  {sample.title.pick(lang)}")


_DEMO = Text(
    "見本を {out} に作りました。報告書: {report}\nもう一度実行するには:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"\n'
    'この表を自分で設計するには（studio.ipynb を開きます）:\n  sudare lab --dir "{out}"',
    "The sample is in {out}. The report: {report}\nTo run it again:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"\n'
    'To design the processing of it yourself (open studio.ipynb):\n  sudare lab --dir "{out}"',
)
