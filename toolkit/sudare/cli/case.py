"""Works through a numbered example of the guideline."""

from __future__ import annotations

import click

from sudare.cli.options import telling_options
from sudare.cli.telling import print_json
from sudare.language import Language, preferred


@click.command()
@click.argument("id_", metavar="[ID]", required=False)
@telling_options
def case(id_: str | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Work through a numbered example of the guideline; without ID: list them / ガイドラインの事例を試す."""
    from sudare.verbs import case as look

    lang = lang or preferred()
    found = look(id_)
    if as_json:
        print_json(found.to_dict(lang))
    else:
        click.echo("\n".join(found.lines(lang)))
