#!/usr/bin/env bash
# Runs every check, all of them even where an early one fails, and closes with the sum of what passed and failed.
# Parts: lint types layers pytest testthat rcheck. `test.sh PART...` runs only these.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PARTS=${*:-lint types layers pytest testthat rcheck}
PASSED=0 FAILED=0 SKIPPED=0 BROKEN=""
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" MPLBACKEND=Agg NOT_CRAN=true
RESULTS="$ROOT/.setup/results"
mkdir -p "$RESULTS"

check() { # check NAME COMMAND...: one check that passes or fails as a whole
  local name=$1
  shift
  say "== $name"
  if "$@"; then PASSED=$((PASSED + 1)); else FAILED=$((FAILED + 1)) BROKEN="$BROKEN $name"; fi
}

# add_counts NAME STATUS FILE: FILE holds "passed failed skipped"; a runner that failed without a count is one failure.
add_counts() {
  local p=0 f=0 s=0
  [ -f "$3" ] && read -r p f s <"$3"
  if [ "$f" = 0 ] && { [ "$2" != 0 ] || [ "$p" = 0 ]; }; then f=1; fi
  PASSED=$((PASSED + p)) FAILED=$((FAILED + f)) SKIPPED=$((SKIPPED + s))
  [ "$f" = 0 ] || BROKEN="$BROKEN $1"
}

run_pytest() {
  say "== pytest"
  local xml="$RESULTS/pytest.xml" counts="$RESULTS/pytest.txt" status
  rm -f "$xml" "$counts"
  # no cap on the shown skips: a reader must see what was not tested
  r_env timeout 3000 "$PY" -m pytest -n "${PYTEST_WORKERS:-2}" --dist loadfile --no-loadscope-reorder --junitxml="$xml" -rs \
    -p no:cacheprovider --durations=8 ${PYTEST_ARGS:-}
  status=$?
  [ -f "$xml" ] && "$PY" - "$xml" >"$counts" <<'PY'
import sys, xml.etree.ElementTree as tree
suites = list(tree.parse(sys.argv[1]).iter("testsuite"))
total, failed, errors, skipped = (sum(int(s.get(k, 0)) for s in suites) for k in ("tests", "failures", "errors", "skipped"))
print(total - failed - errors - skipped, failed + errors, skipped)
PY
  add_counts pytest "$status" "$counts"
}

run_testthat() {
  say "== testthat"
  local counts="$RESULTS/testthat.txt" status
  rm -f "$counts"
  if [ ! -d r-package/tests/testthat ]; then
    say "no r-package/tests/testthat"
    status=1
  else
    r_env timeout 1200 Rscript --no-save .ci/testthat.R "$counts" </dev/null
    status=$?
  fi
  add_counts testthat "$status" "$counts"
}

for part in $PARTS; do
  case $part in
    lint) check lint "$VENV/bin/ruff" check . ;;
    types) check types "$VENV/bin/mypy" ;;
    layers) check layers "$VENV/bin/lint-imports" --no-logo ;;
    pytest) run_pytest ;;
    testthat) run_testthat ;;
    rcheck) check rcheck bash .ci/rcheck.sh ;;
    *) die "no part named $part" ;;
  esac
done
say ""
[ -x "$ORACLE/bin/python" ] || say "The differential tests did not run: there is no oracle here."
[ -z "$BROKEN" ] || say "Failed parts:$BROKEN"
say "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" = 0 ]
