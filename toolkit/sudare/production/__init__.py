"""The papermill notebook, the child process, the commit of outputs, the run log."""

from sudare.production.log import verify
from sudare.production.run import Finished, run

__all__ = ["Finished", "run", "verify"]
