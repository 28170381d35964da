# Sourced by the scripts beside it: places, messages, logged commands, stamps.
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1
VENV="$ROOT/.venv" RLIB="$ROOT/.rlib" ORACLE="$ROOT/.oracle" LOGS="$ROOT/.setup/logs"
PY="$VENV/bin/python"
mkdir -p "$LOGS"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive

say() { printf '%s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# logged NAME COMMAND...: output goes to a log, which is shown (its end) only where the command fails.
logged() {
  local log="$LOGS/$1.log"
  shift
  if "$@" >"$log" 2>&1 </dev/null; then return 0; fi
  { printf 'failed: %s\n--- end of %s\n' "$*" "${log#"$ROOT"/}"; grep -v '^WARNING: Location' "$log" | tail -n 30; } >&2
  return 1
}

# A step is done while its stamp holds the key of what it was made from.
key_of() { cksum | tr -d ' \n'; }
stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# The environment in which R and pytest find this project's own Python, R library and packages.
r_env() { env R_LIBS="$RLIB${R_LIBS:+:$R_LIBS}" MXR_PYTHON="$PY" "$@"; }
