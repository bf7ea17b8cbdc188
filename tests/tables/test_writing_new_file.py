from __future__ import annotations

import contextlib
import errno
import gc
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from sudare.errors import SudareError
from sudare.tables.new_file import NewFile, problem_of
from sudare.tables.schema import Output
from sudare.tables.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTPUTS = [Output(), Output(encoding="cp932"), Output(format="parquet")]
ROWS = pa.record_batch({"氏名": [f"秘密{n * 7919 % 100_003}" for n in range(60_000)], "b": ["1"] * 60_000})


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_file_that_exists_is_never_written_over(tmp_path: Path, output: Output) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"kept")
    with pytest.raises(SudareError) as caught:
        write([ROWS], ROWS.schema, path, output, text_columns=[])
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [("cannot-write", "out")]
    assert path.read_bytes() == b"kept"


def test_a_folder_that_is_not_there_is_told_as_ours(tmp_path: Path) -> None:
    with pytest.raises(SudareError) as caught:
        write([ROWS], ROWS.schema, tmp_path / "none" / "out.csv", Output(), text_columns=[])
    assert caught.value.problems[0].code == "cannot-write"
    assert str(tmp_path) not in "".join(str(problem) for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "秘密"), "disk-full"),
        (OSError(errno.EDQUOT, "秘密"), "disk-full"),
        (OSError(errno.EFBIG, "秘密"), "disk-full"),
        (PermissionError(errno.EACCES, "秘密"), "cannot-write"),
        (OSError(errno.EIO, "秘密"), "cannot-write"),
    ],
)
def test_the_system_s_words_are_not_repeated(error: OSError, code: str) -> None:
    problem = problem_of(error, "out.csv")
    assert problem.code == code
    assert "秘密" not in problem.line("ja") + problem.line("en")


def test_a_run_that_breaks_off_closes_and_removes_its_file(tmp_path: Path) -> None:
    def breaking() -> Iterator[pa.RecordBatch]:
        yield ROWS
        raise ZeroDivisionError

    for output in OUTPUTS:
        with pytest.raises(ZeroDivisionError):
            write(breaking(), ROWS.schema, tmp_path / "out", output, text_columns=[])
        assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_closed_after_its_block(tmp_path: Path) -> None:
    with NewFile(tmp_path / "a") as file:
        assert file.write(memoryview(b"abc")) == 3
        assert not file.closed
    assert file.closed
    assert (tmp_path / "a").read_bytes() == b"abc"


if sys.platform != "win32":  # the limit on a file's size is POSIX's; it stands for a disk that runs full
    import resource

    @contextlib.contextmanager
    def no_room_beyond(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def open_files() -> set[str]:
        gc.collect()
        return {str(link.readlink()) for link in Path("/dev/fd").resolve().iterdir() if link.is_symlink()}

    @pytest.mark.parametrize("output", OUTPUTS)
    @pytest.mark.parametrize("room", [0, 10, 5_000, 100_000])
    def test_a_full_disk_is_told_as_such_and_the_file_is_closed(tmp_path: Path, output: Output, room: int) -> None:
        with pytest.raises(SudareError) as caught, no_room_beyond(room):
            write([ROWS], ROWS.schema, tmp_path / "out", output, text_columns=[])
        assert [(problem.code, problem.where) for problem in caught.value.problems] == [("disk-full", "out")]
        assert "秘密" not in "".join(traceback.format_exception(caught.value))
        assert not any(name.startswith(str(tmp_path / "out")) for name in open_files())
        assert list(tmp_path.iterdir()) == []

    def swallow_a_failure(path: Path, taken: list[int]) -> None:
        with no_room_beyond(0), NewFile(path) as file:
            with contextlib.suppress(SudareError):
                file.write(bytes(1_000_000))
            taken.append(file.write(bytes(1_000_000)))

    def test_a_failure_that_a_library_swallowed_is_not_repeated_but_raised_at_the_end(tmp_path: Path) -> None:
        taken: list[int] = []
        with pytest.raises(SudareError) as caught:
            swallow_a_failure(tmp_path / "out", taken)
        assert taken == [1_000_000]
        assert caught.value.problems[0].code == "disk-full"
        assert list(tmp_path.iterdir()) == []

    def test_a_name_that_no_disk_takes_is_told_as_ours(tmp_path: Path) -> None:
        with pytest.raises(SudareError) as caught:
            write([ROWS], ROWS.schema, tmp_path / ("x" * 300), Output(), text_columns=[])
        assert caught.value.problems[0].code == "cannot-write"
