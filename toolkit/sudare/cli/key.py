"""Makes, lists, rotates and destroys keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sudare.cli.options import json_option
from sudare.cli.telling import print_json


@click.group()
def key() -> None:
    """Make, list, rotate and destroy keys / 鍵を作る・一覧・更新・破棄する."""


def _key_command(verb: str, about: str) -> None:
    @key.command(name=verb, help=about)
    @click.argument("name", metavar="NAME@PERIOD")
    @click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
    @json_option
    def command(name: str, key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
        from sudare.keystore import KeyName

        made = getattr(_store(key_store), verb)(KeyName.parse(name)).to_dict()
        if as_json:
            print_json(made)
        else:
            click.echo("  ".join(str(value) for value in made.values()))


_key_command("new", "Make a new key / 鍵を作る.")
_key_command("rotate", "Make a key for the next period of a name / 次の期間の鍵を作る.")
_key_command("destroy", "Destroy a key for good / 鍵を破棄する（元に戻せません）.")


@key.command(name="list")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@json_option
def list_keys(key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """List names and fingerprints, never keys / 名前と指紋を一覧する."""
    keys = [info.to_dict() for info in _store(key_store).list()]
    if as_json:
        print_json({"keys": keys})
    else:
        for info in keys:
            click.echo("  ".join(str(value) for value in info.values()))


def _store(folder: Path | None) -> Any:  # noqa: ANN401 - imported late, so that --help is quick
    from sudare.keystore import KeyStore

    return KeyStore(folder or KeyStore.default_folder())
