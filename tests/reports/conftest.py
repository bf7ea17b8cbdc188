"""The run that the tests of this room look at, made once."""

from __future__ import annotations

import pytest

from reports.invented_run import Written, written


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The invented table after one run."""
    return written(tmp_path_factory.mktemp("told"))
