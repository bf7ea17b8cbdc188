"""Looks at specs: their schema, their differences, their version."""

from __future__ import annotations

from pathlib import Path

import click

from sudare.cli.options import json_option, telling_options
from sudare.cli.telling import print_json
from sudare.language import Language, preferred


@click.command()
@json_option
def schema(as_json: bool) -> None:  # noqa: ARG001, FBT001 - it is JSON with or without the flag
    """Print the JSON Schema of a spec / 仕様の JSON Schema を表示する."""
    from sudare.specs import spec_schema

    print_json(spec_schema())


@click.group()
def spec() -> None:
    """Compare specs, and bring an old one up to date / 仕様を比べる・新しい版にする."""


@spec.command()
@click.argument("old", metavar="A", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("new", metavar="B", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@telling_options
def diff(old: Path, new: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Say what changed from A to B, in words / 二つの仕様の違いを言葉で示す."""
    from sudare.verbs import diff as compare

    lang = lang or preferred()
    found = compare(old, new)
    if as_json:
        print_json(found.to_dict(lang))
    else:
        click.echo("\n".join(found.lines(lang)))


@spec.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path), help="write here, and leave FILE / 別のファイルに書き、元は残す"
)
@telling_options
def upgrade(file: Path, out: Path | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Rewrite FILE as the present version of the format says it / 仕様を今の版の書式に直す."""
    from sudare.specs.renewal import renew_file

    lang = lang or preferred()
    renewal = renew_file(file, out)
    if as_json:
        print_json(renewal.to_dict(lang))
    else:
        click.echo("\n".join(renewal.lines(lang)))
