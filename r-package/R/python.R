# Which Python: every one that could be meant is asked what it has before R takes it, because a session cannot change it.

VENV <- "r-mxr"
PYTHON_NEEDED <- "3.11"
EXTRAS <- c("fast", "gpu12", "gpu13", "vision", "viz", "onnx", "dist", "r")

# Runs in any Python from 2.7 on. Says nothing by importing: that takes long, and may be what is broken.
PROBE <- '
import sys
del sys.path[0]
def say(key, value):
    sys.stdout.write("%s=%s\\n" % (key, value))
say("version", "%d.%d.%d" % sys.version_info[:3])
try:
    from importlib.util import find_spec
    from importlib.metadata import PackageNotFoundError, version
except ImportError:
    sys.exit(0)
def found(module, package):
    try:
        spec = find_spec(module)
        if spec is None or spec.origin is None:
            return ""
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"
    except Exception:
        return ""
say("mxr", found("mxr", "mxr-arrays"))
say("numpy", found("numpy", "numpy"))
if len(sys.argv) > 1:
    wanted = {"fast": "llvmlite", "gpu12": "cupy-cuda12x", "gpu13": "cupy-cuda13x", "vision": "opencv-python-headless",
              "viz": "graphviz", "onnx": "onnx", "dist": "mpi4py", "r": "rpy2"}
    def there(package):
        try:
            return bool(version(package))
        except Exception:
            return False
    say("extras", " ".join(extra for extra in wanted if there(wanted[extra])))
    import os, sysconfig
    v = sysconfig.get_config_vars()
    names = [v.get("INSTSONAME") or "", v.get("LDLIBRARY") or ""]
    places = [v.get("LIBDIR") or "", v.get("LIBPL") or "", os.path.join(sys.base_prefix, "lib")]
    shared = any(".so" in n and os.path.exists(os.path.join(p, n)) for n in names for p in places)
    say("shared", "no" if sys.platform.startswith("linux") and not shared else "yes")
'

# What a Python has, as list(python, runs, version, mxr, numpy), and with `full` extras and shared.
probe_python <- function(python, full = FALSE) {
  file <- tempfile(fileext = ".py")
  on.exit(unlink(file))
  writeLines(PROBE, file)
  out <- suppressWarnings(tryCatch(
    system2(python, c(shQuote(file), if (full) "full"), stdout = TRUE, stderr = FALSE, timeout = 30, env = python_env()),
    error = function(e) character()))
  key <- sub("=.*", "", out)
  value <- function(k) if (k %in% key) sub("^[^=]*=", "", out[match(k, key)]) else ""
  list(python = python, runs = nzchar(value("version")), version = value("version"), mxr = value("mxr"), numpy = value("numpy"),
       extras = strsplit(value("extras"), " ")[[1]], shared = value("shared") != "no")
}

# R puts folders with shared libraries in front of the user's, in which a Python may find the wrong libpython.
python_env <- function() {
  if (is.null(the$python_env)) {
    now <- strsplit(Sys.getenv("LD_LIBRARY_PATH"), ":")[[1]]
    file <- file.path(R.home("etc"), "ldpaths")
    ours <- if (length(now) && file.exists(file)) suppressWarnings(tryCatch(
      system(paste0("LD_LIBRARY_PATH=; . ", shQuote(file), "; echo \"$LD_LIBRARY_PATH\""), intern = TRUE, ignore.stderr = TRUE),
      error = function(e) ""))
    keep <- setdiff(now, c(strsplit(paste(ours, collapse = ""), ":")[[1]], ""))
    the$python_env <- if (length(now)) paste0("LD_LIBRARY_PATH=", paste(keep, collapse = ":")) else character()
  }
  the$python_env
}

# What is wrong with a Python for us, or NULL.
problem_with <- function(p) {
  if (!p$runs) return("does not run as a Python")
  if (package_version(p$version) < PYTHON_NEEDED) return(paste0("is Python ", p$version, "; the engine needs ", PYTHON_NEEDED, " or newer"))
  if (!nzchar(p$mxr)) return(paste0("has no module mxr (it is Python ", p$version, ")"))
  if (!nzchar(p$numpy)) return("has mxr, but not NumPy")
}

describe_python <- function(p) {
  if (!p$runs) return("does not run")
  paste0("Python ", p$version, if (package_version(p$version) < PYTHON_NEEDED) paste0(" (too old: ", PYTHON_NEEDED, " is needed)"),
         if (nzchar(p$mxr)) paste0(", mxr ", p$mxr) else ", no mxr",
         if (nzchar(p$mxr)) if (nzchar(p$numpy)) paste0(", NumPy ", p$numpy) else ", no NumPy")
}

# The program in a virtual or conda environment
env_python <- function(dir) {
  if (!nzchar(dir)) return(NULL)
  for (f in file.path(dir, c("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"))) if (file.exists(f)) return(absolute(f))
  NULL
}

# normalizePath would follow a virtualenv's link to the base Python.
absolute <- function(path) if (grepl("^([/\\\\]|[A-Za-z]:)", path)) path else file.path(getwd(), path)

# A path as the user may give it: a program, a folder with an environment, a name on the PATH.
named_python <- function(what, value, more = "") {
  path <- path.expand(value)
  expected <- paste0("expected a Python program or an environment", more)
  if (!grepl("[/\\\\]", value) && !file.exists(value)) {
    path <- unname(Sys.which(value))
    if (!nzchar(path)) mx_stop(what, " names ", value, ", which is not on the PATH; ", expected)
  }
  if (!file.exists(path)) mx_stop(what, " names ", value, ", which does not exist; ", expected)
  if (!dir.exists(path)) return(absolute(path))
  env_python(path) %||% mx_stop(what, " names the folder ", value, ", which has no Python in it; ", expected)
}

venv_path <- function(envname) {
  if (grepl("[/\\\\]", envname)) path.expand(envname) else file.path(path.expand(reticulate::virtualenv_root()), envname)
}

# The user's word: the first of these that is set is taken, whatever it is. NULL where there is none.
told_python <- function() {
  for (what in c("MXR_PYTHON", "RETICULATE_PYTHON")) {
    value <- Sys.getenv(what)
    if (!nzchar(value)) next
    if (value == "managed") return(list(how = what, python = NA_character_))
    return(list(how = what, python = named_python(what, value, paste0(".\n", advice(what)))))
  }
  asked <- tryCatch(get(".globals", envir = asNamespace("reticulate"))$required_python_version, error = function(e) NULL)
  if (is.character(asked) && length(asked) == 1 && file.exists(asked))
    list(how = "use_python()", python = if (dir.exists(asked)) env_python(asked) else asked)
}

# Where else to look, best first.
python_places <- function() {
  places <- list(
    list(how = "install_mxr()", python = env_python(venv_path(VENV))),
    list(how = "VIRTUAL_ENV", python = env_python(Sys.getenv("VIRTUAL_ENV"))),
    list(how = "CONDA_PREFIX", python = env_python(Sys.getenv("CONDA_PREFIX"))),
    list(how = "r-reticulate", python = env_python(venv_path("r-reticulate"))),
    list(how = "PATH", python = unname(Sys.which("python3"))),
    list(how = "PATH", python = unname(Sys.which("python"))))
  places <- Filter(function(p) !is.null(p$python) && nzchar(p$python), places)
  places[!duplicated(vapply(places, function(p) p$python, ""))]
}

# list(how, python), asked and found good; or an error that says what to do. python is NA for one managed by reticulate.
python_choice <- function() {
  told <- told_python()
  if (!is.null(told)) {
    if (is.na(told$python)) {
      if (!has_py_require()) {
        mx_stop(told$how, " is managed, for which reticulate 1.41 or newer is needed; installed is ",
                as.character(packageVersion("reticulate")), ".\n", advice())
      }
      return(told)
    }
    wrong <- problem_with(probe_python(told$python))
    if (!is.null(wrong)) mx_stop("the Python at ", told$python, " (chosen by ", told$how, ") ", wrong, ".\n", advice(told$how))
    return(told)
  }
  places <- python_places()
  looked <- character()
  for (place in places) {
    found <- probe_python(place$python)
    wrong <- problem_with(found)
    if (is.null(wrong)) return(place)
    looked <- c(looked, sprintf("  %s (%s): %s", place$python, place$how, describe_python(found)))
  }
  if (!length(looked)) mx_stop("no Python was found on this machine.\n", advice())
  mx_stop("no Python with the engine was found. Looked at:\n", paste(looked, collapse = "\n"), "\n", advice())
}

has_py_require <- function() "py_require" %in% getNamespaceExports("reticulate")

advice <- function(told = NULL) {
  paste0("Run mxr::install_mxr() once", if (!is.null(told) && told != "use_python()") paste0(" and unset ", told),
         ", or set the environment variable MXR_PYTHON to a Python (>= ", PYTHON_NEEDED,
         ") that has the mxr engine; mx.sitrep() says what is found.")
}
