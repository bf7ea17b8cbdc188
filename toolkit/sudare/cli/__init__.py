"""The same verbs for machines, one command a file. Exit codes: 0 done, 1 error, 2 usage, 3 refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sudare.cli import case, check, demo, detect, key, log, notebooks, profile, risk, run, search, spec, utility
from sudare.cli.telling import Spoken, end_with
from sudare.errors import SudareError
from sudare.limits import refuse_bad_limit

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sudare")
def sudare() -> None:
    """簾 sudare: processing design for anonymized information / 匿名加工情報の加工設計."""


for _command in (
    run.run,
    check.check,
    case.case,
    profile.profile,
    detect.detect,
    risk.risk,
    utility.utility,
    search.search,
    spec.schema,
    spec.spec,
    key.key,
    demo.demo,
    log.log,
    notebooks.lab,
    notebooks.present,
):
    sudare.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; no traceback ever reaches the user, since it could quote the data."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    spoken = Spoken()
    try:
        refuse_bad_limit()
        sudare.main(args=list(arguments) if arguments is not None else None, prog_name="sudare", obj=spoken)
    except SudareError as error:
        end_with(error.problems, error.exit_code, spoken)
    except Exception as error:  # noqa: BLE001 - reduced to kind and place
        from sudare.production.session import unexpected

        end_with((unexpected(error),), 1, spoken)
