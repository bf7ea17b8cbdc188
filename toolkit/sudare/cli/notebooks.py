"""Opens the notebooks: in JupyterLab to work with, or by Voila to show them without code. Neither asks the network."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from html import escape
from pathlib import Path

import click

from sudare.cli.options import lang_option
from sudare.errors import Problem, SudareError, UsageError, did_you_mean
from sudare.language import Language, Text, preferred

_FIRST = "00-overview.ipynb"
_HOST = "127.0.0.1"
_COMES_UP_WITHIN = 120  # seconds
_QUIET = Path(__file__).with_name("quiet")  # settings of Lab and Voila, and a template, under which nothing is fetched
_COPIED = Text(
    "ノートブック {written} 個を {folder} に置きました。変更してあった {kept} 個はそのままです。",
    "{written} notebooks are in {folder}; {kept} that were changed there are as they were.",
)
_SHOWN = Text("表示しています（終えるには Ctrl+C）: {url}", "Showing (Ctrl+C ends it): {url}")

_browser = click.option("--no-browser", is_flag=True, help="do not open a browser / ブラウザーを開かない")
_port = click.option("--port", type=click.IntRange(1, 65535), default=None, help="a free one by default / ポート")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("sudare-notebooks"),
    show_default=True,
    help="where to put the notebooks / ノートブックを置くフォルダー",
)
@_browser
@_port
@lang_option
def lab(folder: Path, no_browser: bool, port: int | None, lang: Language | None) -> None:  # noqa: FBT001 - a flag
    """Put the notebooks into a folder and open JupyterLab there / ノートブックを JupyterLab で開く."""
    from sudare.notebooks import copy_to

    lang = lang or preferred()
    _needs("jupyterlab", "ipywidgets", "anywidget", "altair", "vl_convert")
    copied = copy_to(folder)
    told = _COPIED.fill(written=len(copied.written), kept=len(copied.kept), folder=folder.absolute())
    click.echo(told.pick(lang))
    _trust(folder, copied.written)
    command = [sys.executable, "-m", "jupyterlab", f"--ip={_HOST}", f"--LabApp.default_url=/lab/tree/{_FIRST}"]
    command += ["--LabApp.extension_manager=readonly", "--LabApp.news_url=", "--log-level=WARN"]
    command += [f"--port={port}"] if port is not None else []
    command += ["--no-browser"] if no_browser else []
    server = subprocess.Popen(command, cwd=folder, env=_environment(lang))  # noqa: S603 - our own Python
    sys.exit(_ended(server))


@click.command()
@click.argument("name", required=False)
@_browser
@_port
@lang_option
def present(name: str | None, no_browser: bool, port: int | None, lang: Language | None) -> None:  # noqa: FBT001 - a flag
    """Show the notebooks without code, beginning with NAME, else with the overview / コードなしで見せる."""
    from sudare.notebooks import packaged

    lang = lang or preferred()
    _needs("voila", "ipywidgets", "anywidget", "altair", "vl_convert")
    first, port, token = _named(name), port or _free_port(), secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "voila", str(packaged()), "--no-browser", f"--Voila.ip={_HOST}", f"--port={port}"]
    command += ["--Voila.auto_token=True", "--template=sudare", "--strip_sources=True", "--Voila.log_level=WARN"]
    url = f"http://{_HOST}:{port}/voila/render/{first}?token={token}"
    # The token goes by the environment: a command line can be read by everybody who uses the machine.
    server = subprocess.Popen(command, env={**_environment(lang), "JUPYTER_TOKEN": token})  # noqa: S603 - our own Python
    try:
        _wait(f"http://{_HOST}:{port}/voila/static/voila.js", server)
        click.echo(_SHOWN.fill(url=url).pick(lang))
        with tempfile.TemporaryDirectory(prefix="sudare-") as folder:
            if not no_browser:
                webbrowser.open(_door(Path(folder), url))
            server.wait()
    except KeyboardInterrupt:
        click.echo()
    finally:
        server.terminate()
        server.wait()


def _door(folder: Path, url: str) -> str:
    """Return the address of a page that leads to another: the browser's command line must not show the token."""
    page = folder / "open.html"
    page.touch(mode=0o600)
    page.write_text(f'<meta http-equiv="refresh" content="0; url={escape(url)}">\n', encoding="utf-8")
    return page.as_uri()


def _ended(server: subprocess.Popen[bytes]) -> int:
    """Wait until a server ends. Ctrl+C reaches it as well, and it asks or tidies up; nobody ends it half-way."""
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue


def _needs(*modules: str) -> None:
    from sudare.widgets.lesson import needs_lab

    needs_lab(*modules)


def _trust(folder: Path, written: tuple[str, ...]) -> None:
    """Let Lab show the saved pictures of notebooks that are as the package brought them; it hides those of strangers."""
    from nbformat.sign import NotebookNotary

    from sudare.reports.notebooks import read

    notary = NotebookNotary()  # type: ignore[no-untyped-call]  # nbformat has no types
    for name in written:
        notary.sign(read(folder / name))  # type: ignore[no-untyped-call]


def _environment(lang: Language) -> dict[str, str]:
    """Return the environment of a server: the language its notebooks speak, and where it asks nothing of the network."""
    with_ours = {}
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        paths = [str(_QUIET), *filter(None, [os.environ.get(name)])]
        with_ours[name] = os.pathsep.join(paths)
    return {**os.environ, "SUDARE_LANG": lang, **with_ours}


def _named(name: str | None) -> str:
    """Return the path of a notebook by its path, its file name or its number, such as `3-2-4-2`."""
    from sudare.notebooks import names

    if name is None:
        return _FIRST
    known = {spelled: one for one in names() for spelled in (one, Path(one).name, Path(one).stem)}
    if name not in known:
        what = Text("その名前のノートブックはありません。", "there is no notebook of that name.")
        listed = Text("あるもの: {all}", "There are: {all}").fill(all=", ".join(Path(one).stem for one in names()))
        near = did_you_mean(name, known)
        raise UsageError(Problem("unknown-notebook", "NAME", what, near if near.en else listed))
    return known[name]


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind((_HOST, 0))
        return int(tried.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _COMES_UP_WITHIN
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy is asked for what is here
    while time.monotonic() < until and server.poll() is None:
        try:
            direct.open(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    what = Text("表示のサーバーが始まりませんでした。", "the server that shows the notebooks did not come up.")
    now = Text("--port で別のポートを指定してやり直してください。", "Try again with another --port.")
    raise SudareError(Problem("no-server", "voila", what, now))
