#!/usr/bin/env bash
# R CMD build and R CMD check --as-cran of the R package, examples included, its tests not (testthat runs them).
# Fails on errors, on warnings and on notes that docs/r_check.md does not explain. The log is .setup/logs/rcheck.log.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
WORK="$ROOT/.setup/rcheck"
rm -rf "$WORK"
# --as-cran asks CRAN who maintains the packages that this one needs: an empty CRAN answers, as there may be no network
mkdir -p "$WORK/cran/src/contrib" "$WORK/cran/web/packages"
: >"$WORK/cran/src/contrib/PACKAGES"
cd "$WORK" || exit 1
Rscript --vanilla -e 'saveRDS(data.frame(Package = character(), Maintainer = character()), "cran/web/packages/packages.rds", version = 2)'
export R_CRAN_WEB="file://$WORK/cran" R_CRAN_SRC="file://$WORK/cran"
# DiagrammeR and visNetwork are not among Debian's packages
export _R_CHECK_FORCE_SUGGESTS_=false _R_CHECK_CRAN_INCOMING_=false _R_CHECK_SYSTEM_CLOCK_=false
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" MXR_OFFLINE=1

# help pages from comments must be in step; other versions of roxygen2 write other files
wrong=0
if [ "$(Rscript --vanilla -e 'cat(format(packageVersion("roxygen2")))')" = "$(sed -n 's/^RoxygenNote: //p' "$ROOT/r-package/DESCRIPTION")" ]; then
  Rscript --vanilla "$ROOT/.ci/roxygen.R" "$ROOT/r-package" --check || wrong=1
fi
logged rcheck-build r_env R CMD build "$ROOT/r-package" || exit 1
# R CMD build has just built the vignettes
r_env R CMD check --as-cran --no-manual --no-tests --no-build-vignettes mxr_*.tar.gz >"$WORK/check.txt" 2>&1
cp mxr.Rcheck/00check.log "$LOGS/rcheck.log" 2>/dev/null || { cat "$WORK/check.txt" >&2; exit 1; }
Rscript --vanilla "$ROOT/.ci/rcheck.R" "$LOGS/rcheck.log" && [ "$wrong" = 0 ]
