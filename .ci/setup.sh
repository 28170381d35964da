#!/usr/bin/env bash
# Makes everything that the demo and the tests need, inside this folder: .venv, .rlib, .oracle.
# Does nothing where all is there. MXR_SKIP_ORACLE=1 leaves out the original MXNet (needed by tests only).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
STARTED=$SECONDS
if command -v flock >/dev/null; then
  exec 9>"$ROOT/.setup/lock"
  flock -n 9 || { say "setup: another set-up is running here, waiting"; flock 9; }
fi

DEBIAN_R="r-base-core r-base-dev r-cran-reticulate r-cran-testthat r-cran-knitr r-cran-rmarkdown r-cran-ggplot2
  r-cran-cli r-cran-generics r-cran-hardhat r-cran-jsonlite r-cran-roxygen2 r-cran-tibble r-cran-codetools
  pandoc graphviz qpdf tidy"
CRAN_R="reticulate testthat knitr rmarkdown ggplot2 cli generics hardhat jsonlite roxygen2 tibble codetools"

# only for `make site`
[ -z "${MXR_SITE:-}" ] || DEBIAN_R="$DEBIAN_R r-cran-pkgdown" CRAN_R="$CRAN_R pkgdown"

# apt_install PACKAGES...: installs them, or says how and stops.
apt_install() {
  local command="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || die "missing: $*. Install these (names are Debian's) and run make again."
  [ "$(id -u)" = 0 ] || die "missing: $*. Run this and then make again:
  sudo sh -c '$command'"
  say "setup: installing $* (apt)"
  local apt="apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
  # shellcheck disable=SC2086 # lists of words
  logged apt-update $apt update || die "apt-get update failed"
  # shellcheck disable=SC2086
  logged apt-install $apt install -y --no-install-recommends $* || die "apt-get install failed"
}

# --- Python -----------------------------------------------------------------------------------------------------
usable_python() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}
find_python() { # python3.11 first: the oracle needs it, so one version serves both
  local name
  for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3 python; do
    if command -v "$name" >/dev/null && usable_python "$name"; then command -v "$name"; return 0; fi
  done
  return 1
}
python_part() {
  if ! usable_python "$PY"; then
    local python
    if ! python=$(find_python); then
      apt_install python3 python3-venv
      python=$(find_python) || die "no Python >= 3.11 with venv found; set PYTHON=/path/to/python and run make again"
    fi
    say "setup: .venv ($("$python" --version 2>&1))"
    rm -rf "$VENV"
    logged venv "$python" -m venv "$VENV" || die "could not make .venv"
  fi
  local r_version rpy2 key
  r_version=$(R --version 2>/dev/null | sed -n '1s/^R version \([0-9]*\.[0-9]*\).*/\1/p')
  rpy2=$(rpy2_for "$r_version")
  key=$({ cat pyproject.toml; printf '%s\n%s\n' "$ROOT" "$rpy2"; "$PY" --version; } | key_of)
  stamped "$VENV/.stamp" "$key" && return
  has_headers || [ -z "$rpy2" ] || case "$("$PY" -c 'import sys; print(sys.base_prefix)')" in
    /usr) apt_install python3-dev ;; # rpy2 compiles against Python
    *) export RPY2_CFFI_MODE=ABI ;; # or does without
  esac
  say "setup: Python packages (pip)"
  logged pip "$PY" -m pip install -q -e ".[fast,viz,vision,r,dev]" "$rpy2" || die "pip install failed"
  printf %s "$key" >"$VENV/.stamp"
}
has_headers() {
  "$PY" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'
}
rpy2_for() { # rpy2 > 3.5.17 does not load in R < 4.5
  case "$1" in
    4.[0-4] | 3.*) echo "rpy2==3.5.17" ;;
    *) echo "rpy2" ;;
  esac
}

# --- R ----------------------------------------------------------------------------------------------------------
r_missing() { # names of R packages that R cannot find
  # shellcheck disable=SC2086
  Rscript --vanilla -e 'cat(Filter(function(p) !nzchar(system.file(package = p)), commandArgs(TRUE)))' $CRAN_R
}
r_complete() {
  local tool
  for tool in Rscript pandoc dot gcc make qpdf; do command -v "$tool" >/dev/null || return 1; done
  [ -f "$(R RHOME)/etc/Makeconf" ] && [ -z "$(r_missing)" ]
}
r_part() {
  r_complete && return
  # shellcheck disable=SC2086
  apt_install $DEBIAN_R
  r_complete || die "R still lacks: $(r_missing)"
}
r_package_part() {
  [ -f r-package/DESCRIPTION ] || { say "setup: no r-package here, R part left out"; return; }
  local key
  key=$({ find r-package -type f ! -name '*.o' ! -name '*.so' ! -name '*.dll' ! -path '*/tests/*' -print0 | LC_ALL=C sort -z | xargs -0 cksum
    R --version | head -n 1; printf %s "$ROOT"; } | key_of)
  stamped "$RLIB/.stamp" "$key" && return
  say "setup: R package mxr into .rlib"
  mkdir -p "$RLIB"
  logged r-package r_env R CMD INSTALL --library="$RLIB" r-package || die "R CMD INSTALL failed"
  printf %s "$key" >"$RLIB/.stamp"
}

# --- the oracle -------------------------------------------------------------------------------------------------
no_oracle() { say "setup: no oracle ($1): differential tests will skip"; }
oracle_part() {
  local key="mxnet-1.9.1 $ROOT" python
  stamped "$ORACLE/.stamp" "$key" && return
  [ "$(uname -sm)" = "Linux x86_64" ] || { no_oracle "MXNet's wheel is for Linux x86-64"; return; }
  for python in python3.11 "$PY"; do
    "$python" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1 && break
    python=""
  done
  [ -n "$python" ] || { no_oracle "needs python3.11"; return; }
  say "setup: .oracle, the original MXNet for differential tests (pip)"
  rm -rf "$ORACLE"
  if logged oracle-venv "$python" -m venv "$ORACLE" &&
    logged oracle-pip "$ORACLE/bin/python" -m pip install -q 'numpy<1.24' requests 'mxnet==1.9.1' &&
    logged oracle-import env OMP_NUM_THREADS=1 "$ORACLE/bin/python" -c 'import mxnet; mxnet.nd.ones(1).asnumpy()'; then
    printf %s "$key" >"$ORACLE/.stamp"
    return
  fi
  rm -rf "$ORACLE"
  [ -z "${CI:-}" ] || die "the oracle could not be installed"
  no_oracle "installation failed"
}

r_part
python_part
r_package_part
[ -n "${MXR_SKIP_ORACLE:-}" ] || oracle_part
say "setup: ready ($((SECONDS - STARTED)) s)"
