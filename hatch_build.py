"""Builds the JupyterLab extension into the wheel, with the node that the build requirements bring.

Skipped with HATCH_BUILD_NO_HOOKS=true, as the Makefile installs: then neither node nor its packages are fetched.
It is built anew each time: what a developer's build left there, with its maps, is never packed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "share/jupyter/labextensions/sudare"
BUILT = "extension/labextension"


class LabExtension(BuildHookInterface):  # type: ignore[type-arg] # hatchling's own parameter is not public
    """The hook of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build it, and name what goes beside the package."""
        root = Path(self.root)
        shutil.rmtree(root / BUILT, ignore_errors=True)
        for command in (["install", "--immutable"], ["run", "build:prod"]):
            _jlpm(command, root / "extension")
        build_data["shared_data"][BUILT] = PLACE
        build_data["shared_data"]["extension/install.json"] = f"{PLACE}/install.json"


def _jlpm(arguments: list[str], folder: Path) -> None:
    found = shutil.which("jlpm")
    if found is None:
        message = "jlpm is missing: it comes with jupyter-builder, a build requirement"
        raise RuntimeError(message)
    environment = {**os.environ, "YARN_ENABLE_TELEMETRY": "0"}
    subprocess.run([found, *arguments], cwd=folder, env=environment, check=True)  # noqa: S603 - our own build
