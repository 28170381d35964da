"""The differential harness: the same snippet in mxr and in the original MXNet. See ../README.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # codec and snippet are plain modules on both sides

from .compare import assert_same
from .oracle import Both, Oracle, OracleCrash, OracleError, find_oracle, run_both, run_ours

__all__ = ["Both", "Oracle", "OracleCrash", "OracleError", "assert_same", "find_oracle", "run_both", "run_ours"]
