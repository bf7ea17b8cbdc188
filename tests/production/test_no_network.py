from __future__ import annotations

import contextlib
import ipaddress
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from production.the_command import SUDARE, contents, environment, leftovers

if TYPE_CHECKING:
    from pathlib import Path

    from production.conftest import Done

pytestmark = pytest.mark.slow

# Put where every Python process of the run loads it first. What it refuses, it also writes down: a library may
# swallow the error.
GUARD = """
import os, socket, sys, traceback

def guard(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        allowed = args[0] in (None, "", "localhost", "127.0.0.1", "::1", socket.gethostname())
    elif event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        allowed = args[0].family == getattr(socket, "AF_UNIX", None) or args[1][0] in ("127.0.0.1", "::1", "localhost")
    else:
        return
    if not allowed:
        with open(os.environ["WITNESS"], "a", encoding="utf-8") as file:
            file.write(event + "\\n" + "".join(traceback.format_stack()) + "\\n")
        raise OSError("no network here")

open(os.environ["WITNESS"] + ".loaded", "a", encoding="utf-8").write(" ".join(sys.argv) + "\\n")
sys.addaudithook(guard)
"""


# A new network has not even the loopback, which every real machine has: 0x8914 is SIOCSIFFLAGS, 1 is IFF_UP.
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execv(sys.argv[1], sys.argv[1:])
"""


def without_network() -> list[str]:
    """Return the words that start a command on a network of its own that leads nowhere, where that is permitted."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    words = [unshare, "--map-root-user", "--net", sys.executable, "-c", LOOPBACK_UP]
    tried = subprocess.run([*words, sys.executable, "-c", ""], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def test_a_run_needs_no_network(done: Done, tmp_path: Path) -> None:
    guard, witness, out = tmp_path / "guard", tmp_path / "witness", tmp_path / "out"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    env = environment(PYTHONPATH=str(guard), WITNESS=str(witness))
    command = [*without_network(), SUDARE, *done.desk.arguments(out)]
    finished = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=False)
    assert finished.returncode == 0, finished.stderr
    assert not witness.exists(), witness.read_text(encoding="utf-8")
    # the guard stood in the command, in the papermill process and in the kernel
    assert len(witness.with_suffix(".loaded").read_text(encoding="utf-8").splitlines()) >= 3
    assert contents(out) == done.files


def test_the_guard_of_the_test_above_notices_a_connection(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    env = environment(PYTHONPATH=str(tmp_path), WITNESS=str(tmp_path / "witness"))
    for attempt in ("s.connect(('192.0.2.1', 80))", "s.sendto(b'', ('192.0.2.1', 53))", "socket.getaddrinfo('a.b', 1)"):
        code = f"import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); {attempt}"
        ended = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
        assert b"no network here" in ended.stderr
    assert (tmp_path / "witness").exists()


def test_no_process_of_a_run_opens_a_socket_that_leads_out(done: Done, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [SUDARE, *done.desk.arguments(out)], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    looked = 0
    me = psutil.Process(process.pid)
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            for one in [me, *me.children(recursive=True)]:
                for connection in one.net_connections(kind="inet"):
                    for address in filter(None, (connection.laddr, connection.raddr)):
                        assert ipaddress.ip_address(address.ip).is_loopback, (one.name(), connection)
                looked += 1
    assert process.returncode == 0
    assert looked > 10
    assert leftovers(out) == []
