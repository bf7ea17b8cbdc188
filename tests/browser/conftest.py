"""The tests in a browser start servers of their own, in processes of their own.

What pytest-jupyter does around every test is left out here: there is no server in this process to clean up, and the
event loop that it would close is Playwright's.
"""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Leave Playwright's loop alone."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Clean up nothing."""
