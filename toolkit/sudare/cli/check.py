"""Checks a spec without running it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sudare.cli.options import policy_option, set_option, telling_options
from sudare.cli.telling import REFUSED, print_json
from sudare.language import Language, Text, preferred


@click.command()
@click.argument("spec", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path, exists=True),
    help="compare with a table too / 表とも照合する",
)
@policy_option
@set_option
@telling_options
def check(  # noqa: PLR0913, PLR0917 - one argument per option
    spec: Path,
    input_file: Path | None,
    policy: Path | None,
    given: tuple[str, ...],
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Check SPEC without running it: every problem at once, and what is open / 仕様を点検する."""
    from sudare.specs.parameters import settings
    from sudare.verbs import check as check_spec

    lang = lang or preferred()
    checked = check_spec(spec, input=input_file, set=settings(given), policy=policy)
    if as_json:
        print_json(checked.to_dict(lang))
    else:
        for problem in checked.problems:
            click.echo(problem.line(lang), err=True)
        for standard in checked.standards:
            click.echo(
                _STANDARD[standard.status].fill(n=standard.standard, columns=", ".join(standard.columns)).pick(lang)
            )
        for point in checked.open:
            click.echo("  - " + point.line(lang))
        if checked.policy is not None:
            click.echo(_POLICY.fill(**checked.policy).pick(lang))
        click.echo((_OK if checked.ok else _NOT_OK).pick(lang))
    sys.exit(0 if checked.ok else REFUSED)


_STANDARD = {
    "decided": Text("第{n}号: 決定済み {columns}", "standard {n}: decided {columns}"),
    "open": Text("第{n}号: 未確認 {columns}", "standard {n}: open {columns}"),
}
_POLICY = Text("規程: {file}（SHA-256 {sha256}）", "policy: {file} (SHA-256 {sha256})")
_OK = Text("実行できます。", "It can be run.")
_NOT_OK = Text("このままでは実行できません。", "It cannot be run as it is.")
