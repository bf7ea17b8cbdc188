from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from production.small_register import Desk
from production.the_command import FILES, contents, environment, leftovers, sudare

if TYPE_CHECKING:
    from production.conftest import Done

pytestmark = pytest.mark.slow
HOSTILE = ["pandas", "sudare", "json", "duckdb", "papermill", "ipykernel", "nbformat", "sitecustomize", "typing"]
RAISES = "raise SystemExit('a file of the working folder was run')\n"
TELLS = "import pathlib\npathlib.Path({witness!r}).write_text('a start-up file was run')\n"


def moved(done: Done, folder: Path) -> Desk:
    """Copy the desk of the run that was done, with its key, but not what it left."""
    shutil.copytree(done.desk.folder, folder, ignore=shutil.ignore_patterns("out", "printed.json"))
    return Desk(folder)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def hostile_home(tmp_path: Path) -> Path:
    """A home with kernels of the user's own and start-up files that leave a witness."""
    home = tmp_path / "home"
    for kernels in (home / ".local/share/jupyter/kernels", tmp_path / "jupyter-path/kernels"):
        for name in ("python3", "sudare-run"):
            (kernels / name).mkdir(parents=True)
            about = {"argv": ["/bin/false", "{connection_file}"], "display_name": name, "language": "python"}
            (kernels / name / "kernel.json").write_text(json.dumps(about), encoding="utf-8")
    startup = home / ".ipython/profile_default/startup"
    startup.mkdir(parents=True)
    tells = TELLS.format(witness=str(tmp_path / "witness"))
    (startup / "00-first.py").write_text(tells, encoding="utf-8")
    (home / ".ipython/profile_default/ipython_kernel_config.py").write_text(tells, encoding="utf-8")
    (home / ".jupyter").mkdir()
    (home / ".jupyter/jupyter_client_config.py").write_text(tells, encoding="utf-8")
    (home / "startup.py").write_text(tells, encoding="utf-8")
    return home


def test_hostile_files_kernels_and_start_up_files_change_nothing(
    done: Done, hostile_home: Path, tmp_path: Path
) -> None:
    cwd, scratch, out = tmp_path / "cwd", tmp_path / "scratch", tmp_path / "out"
    cwd.mkdir()
    scratch.mkdir()
    for name in HOSTILE:
        (cwd / f"{name}.py").write_text(RAISES, encoding="utf-8")
    home_before, cwd_before = tree(hostile_home), tree(cwd)
    env = environment(
        HOME=str(hostile_home),
        USERPROFILE=str(hostile_home),
        JUPYTER_PATH=str(tmp_path / "jupyter-path"),
        PYTHONSTARTUP=str(hostile_home / "startup.py"),
        TMPDIR=str(scratch),
    )
    for inherited in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"):
        env.pop(inherited, None)
    finished = sudare(*done.desk.arguments(out), cwd=cwd, env=env)
    assert finished.returncode == 0, finished.stderr
    assert contents(out) == done.files
    assert not (tmp_path / "witness").exists()
    assert tree(hostile_home) == home_before
    assert tree(cwd) == cwd_before
    assert tree(scratch) == []


def test_relative_paths_with_spaces_and_japanese_give_the_same_bytes(done: Done, tmp_path: Path) -> None:
    folder = tmp_path / "令和8年度 提案 第3号"
    there = moved(done, folder / "机の 上")
    there.file.rename(there.folder / "利用者 一覧.csv")
    places = ["--input", "机の 上/利用者 一覧.csv", "--out", "結果 1/出力", "--key-store", "机の 上/keys"]
    finished = sudare("run", "机の 上/library.sudare.yaml", *places, "--lang", "ja", cwd=folder)
    assert finished.returncode == 0, finished.stderr
    assert contents(folder / "結果 1/出力") == done.files


def test_very_long_paths_give_the_same_bytes(done: Done, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-very-long-name-of-a-folder-" * 2] * 3)
    there = moved(done, folder)
    assert len(str(there.out)) > 200
    finished = sudare(*there.arguments())
    assert finished.returncode == 0, finished.stderr
    assert contents(there.out) == done.files


def test_the_number_of_threads_changes_no_byte(done: Done, tmp_path: Path) -> None:
    for threads in ("1", "3"):
        out = tmp_path / threads
        finished = sudare(*done.desk.arguments(out), "--threads", threads)
        assert finished.returncode == 0, finished.stderr
        assert contents(out) == done.files


def test_an_installed_wheel_runs_from_any_folder(done: Done, tmp_path: Path) -> None:
    repository = Path(__file__).resolve().parents[2]
    wheels, fresh, elsewhere = tmp_path / "wheels", tmp_path / "venv", tmp_path / "elsewhere"
    elsewhere.mkdir()
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheels), str(repository)], check=True, cwd=elsewhere)
    [wheel] = wheels.glob("sudare-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(fresh)], check=True)
    scripts = fresh / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / "python")
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, check=True, capture_output=True, encoding="utf-8").stdout.strip())
    here = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "dependencies.pth").write_text("\n".join(here), encoding="utf-8")  # their own .pth files are not followed
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    where = [python, "-c", "import sudare; print(sudare.__file__)"]
    found = subprocess.run(where, check=True, capture_output=True, encoding="utf-8", cwd=elsewhere).stdout
    assert Path(found.strip()).is_relative_to(fresh)
    finished = sudare(*done.desk.arguments(tmp_path / "out"), cwd=elsewhere, command=str(scripts / "sudare"))
    assert finished.returncode == 0, finished.stderr
    assert contents(tmp_path / "out") == done.files
    assert leftovers(tmp_path / "out") == []
    assert set(contents(tmp_path / "out")) == set(FILES)
