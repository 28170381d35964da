# Setting up the engine, and a report about what is there

# How pip is told what to install: a package name, an address, or a local folder or wheel, with extras.
requirement <- function(extras, source = NULL) {
  source <- source %||% Sys.getenv("MXR_SOURCE", "mxr-arrays")
  with <- if (length(extras)) paste0("[", paste(extras, collapse = ","), "]") else ""
  if (grepl("\\]$", source)) return(source)  # with extras of its own
  if (grepl("^(git\\+|https?:|file:)", source)) return(paste0("mxr-arrays", with, " @ ", source))
  if (file.exists(source)) return(paste0(normalizePath(source), with))
  if (grepl("[/\\\\]|\\.whl$|\\.gz$", source))
    mx_stop("install_mxr: argument source is ", dQuote(source, FALSE), ", which does not exist;",
            " expected a folder with mxr's sources, a wheel, an address or a package name")
  paste0(source, with)
}

# The extra for the CUDA version of the driver
gpu_extra <- function(gpu) {
  if (isFALSE(gpu)) return(NULL)
  if (is.numeric(gpu) && length(gpu) == 1 && gpu %in% c(12, 13)) return(paste0("gpu", gpu))
  if (is.character(gpu) && length(gpu) == 1 && gpu %in% c("gpu12", "gpu13")) return(gpu)
  if (!isTRUE(gpu)) mx_stop("install_mxr: argument gpu must be FALSE, TRUE, 12 or 13 (the CUDA version), given ", short(gpu))
  cuda <- driver_cuda()
  if (is.na(cuda)) mx_stop("install_mxr: gpu = TRUE, but nvidia-smi finds no NVIDIA GPU here;",
                           " say gpu = 12 or gpu = 13 to install for one anyway")
  if (cuda < 12) mx_stop("install_mxr: gpu = TRUE, but the driver of the GPU knows CUDA ", cuda, " only;",
                         " the engine needs a driver for CUDA 12 or 13")
  if (cuda >= 13) "gpu13" else "gpu12"
}

driver_cuda <- function() {
  smi <- unname(Sys.which("nvidia-smi"))
  if (!nzchar(smi)) return(NA_real_)
  out <- suppressWarnings(tryCatch(system2(smi, stdout = TRUE, stderr = FALSE, timeout = 30), error = function(e) character()))
  hit <- regmatches(out, regexpr("CUDA Version: *[0-9]+\\.[0-9]+", out))
  if (length(hit)) as.numeric(sub(".*: *", "", hit[1])) else NA_real_
}

# A Python that can make virtualenvs for us
base_python <- function(python) {
  able <- function(p) suppressWarnings(system2(p, c("-c", shQuote("import venv, ensurepip")), stdout = FALSE, stderr = FALSE, timeout = 30,
                                                env = python_env())) == 0
  debian <- paste0("Python is there, but its modules venv and ensurepip are not: install them (on Debian and Ubuntu: ",
                   "apt install python3-venv), or give python= another Python")
  if (!is.null(python)) {
    check_string(python, "python", "install_mxr")
    # a version such as "3.12"
    if (grepl("^[0-9]+(\\.[0-9]+)+$", python)) python <- paste0("python", python)
    path <- named_python("install_mxr: argument python", python)
    found <- probe_python(path)
    if (!found$runs || package_version(found$version) < PYTHON_NEEDED)
      mx_stop("install_mxr: argument python: ", path, " ",
              if (found$runs) paste("is Python", found$version) else "does not run as a Python",
              "; expected Python ", PYTHON_NEEDED, " or newer")
    if (!able(path)) mx_stop("install_mxr: ", path, ": ", debian)
    return(path)
  }
  names <- c("python3", "python", paste0("python3.", 14:11))
  paths <- unique(Filter(nzchar, unname(c(Sys.which(names), Sys.which("py")))))
  looked <- character()
  for (path in paths) {
    found <- probe_python(path)
    if (found$runs && package_version(found$version) >= PYTHON_NEEDED) {
      if (able(path)) return(path)
      looked <- c(looked, paste0("  ", path, " (Python ", found$version, "): ", debian))
    } else {
      looked <- c(looked, paste0("  ", path, ": ", if (found$runs) paste("Python", found$version) else "does not run"))
    }
  }
  mx_stop("install_mxr: found no Python ", PYTHON_NEEDED, " or newer to make a virtualenv with",
          if (length(looked)) paste0(". Looked at:\n", paste(looked, collapse = "\n")) else ": there is none on the PATH",
          "\nInstall one (from python.org, or by the system's package manager) and call install_mxr() again, or give python= its path.")
}

# A command whose output is seen when it takes long (interactively), or when it fails.
run_step <- function(what, python, args) {
  log <- if (interactive()) "" else tempfile()
  on.exit(if (nzchar(log)) unlink(log))
  status <- suppressWarnings(system2(python, shQuote(args), stdout = log, stderr = log, env = python_env()))
  if (status == 0) return(invisible())
  tail <- if (nzchar(log) && file.exists(log)) paste(c("", utils::tail(readLines(log, warn = FALSE), 15)), collapse = "\n  ") else ""
  mx_stop("install_mxr: ", what, " failed (", python, " ", paste(args, collapse = " "), ")", tail)
}

#' Installs the engine
#'
#' Makes a virtualenv called `r-mxr` and installs the Python engine of mxr with pip into it. Every new R session finds it
#' there, and so does this one if Python has not been started yet. Called again it brings the engine up to date. It never
#' asks the user anything.
#' @param extras optional parts: `"fast"` (kernels for the CPU, much faster than without), `"gpu12"`, `"gpu13"` (NVIDIA
#'   GPUs by CUDA 12 or 13), `"vision"` (OpenCV and Pillow: more image formats and resizing methods), `"viz"`, `"onnx"`,
#'   `"dist"`, `"r"` (the bridge from Python to R). `character()` for none.
#' @param gpu `TRUE` adds the extra for the CUDA version of this machine's driver; `12` or `13` the one for that version.
#' @param python the Python to make the virtualenv with: a path, a name on the PATH, or a version such as `"3.12"`. By
#'   default the first on the PATH that is Python 3.11 or newer.
#' @param source where the engine comes from: by default the environment variable `MXR_SOURCE`, else the package index
#'   pip is set up for. A folder with mxr's sources, a wheel, or an address (`git+https://...`) will do, too.
#' @param envname name of the virtualenv, under [reticulate::virtualenv_root()] (see the environment variable
#'   `WORKON_HOME`), or a path. One with another name is not found by itself: set `MXR_PYTHON` to it.
#' @param method only `"virtualenv"`. For conda, make an environment with Python 3.11 or newer, run
#'   `pip install "mxr-arrays[fast]"` in it and set `MXR_PYTHON` to its folder.
#' @return The path of the Python, invisibly. An error of class `mxr_error` says what is missing.
#' @family set-up
#' @examples
#' \dontrun{
#' install_mxr()
#' install_mxr(gpu = TRUE)
#' install_mxr(source = "~/src/mxr", python = "3.12")
#' }
install_mxr <- function(extras = "fast", gpu = FALSE, python = NULL, source = NULL, envname = VENV, method = "virtualenv") {
  fn <- "install_mxr"
  if (!is.character(extras) || anyNA(extras) || !all(extras %in% EXTRAS)) {
    bad <- if (is.character(extras)) setdiff(extras, EXTRAS)[1] else NULL
    mx_stop(fn, ": argument extras must be some of ", paste(EXTRAS, collapse = ", "), ", given ", short(bad %||% extras), ".",
            if (!is.null(bad) && !is.na(bad)) suggest(bad, EXTRAS))
  }
  check_string(envname, "envname", fn)
  if (!is.null(source)) check_string(source, "source", fn)
  if (!identical(method, "virtualenv")) {
    mx_stop(fn, ": argument method must be \"virtualenv\", given ", short(method),
            if (identical(method, "conda")) paste0(". For conda: conda create -n mxr python=3.12; conda run -n mxr pip install ",
              shQuote("mxr-arrays[fast]"), "; then set MXR_PYTHON to the folder of that environment"))
  }
  what <- requirement(unique(c(extras, gpu_extra(gpu))), if (is.null(source)) NULL else path.expand(source))
  dir <- venv_path(envname)
  own <- env_python(dir)
  if (!is.null(own)) {
    found <- probe_python(own)
    if (!found$runs || package_version(found$version) < PYTHON_NEEDED) {
      mx_stop(fn, ": the virtualenv ", dir, " ", if (found$runs) paste("has Python", found$version) else "does not work",
              "; remove that folder, or give envname= another name")
    }
    message("Bringing the virtualenv ", dir, " up to date: ", what)
  } else {
    if (file.exists(dir) && length(list.files(dir))) mx_stop(fn, ": ", dir, " exists and is no virtualenv; give envname= another name")
    base <- base_python(python)
    message("Making the virtualenv ", dir, " with ", base, ", and installing ", what)
    made <- FALSE
    on.exit(if (!made) unlink(dir, recursive = TRUE))
    dir.create(dirname(dir), showWarnings = FALSE, recursive = TRUE)
    run_step("making the virtualenv", base, c("-m", "venv", dir))
    own <- env_python(dir) %||% mx_stop(fn, ": ", base, " made no virtualenv in ", dir)
  }
  pip <- c("-m", "pip", "install", "--no-input", "--disable-pip-version-check")
  run_step("pip", own, c(pip, "--upgrade", what))
  # pip leaves a wheel alone whose version is there already
  if (grepl("\\.whl(\\[|$)", what)) run_step("pip", own, c(pip, "--force-reinstall", "--no-deps", what))
  run_step("loading the engine", own, c("-c", "import mxr"))
  made <- TRUE
  the$unavailable <- NULL
  running <- if (reticulate::py_available(initialize = FALSE)) reticulate::py_config()$python
  told <- Filter(nzchar, Sys.getenv(c("MXR_PYTHON", "RETICULATE_PYTHON")))
  message("The engine is installed. ",
    if (!identical(envname, VENV)) paste0("Set MXR_PYTHON=", own, " to use it.")
    else if (length(told) && is.null(running)) paste0("Unset ", names(told)[1], ", which names another Python, to use it.")
    else if (!is.null(running) && !identical(running, own)) "Restart R to use it: this session runs another Python."
    else "library(mxr) finds it from now on.")
  invisible(own)
}

#' What is installed and what will be used
#'
#' A report for finding out why something does not work, or is slow: versions, every Python that was looked at and what is
#' in it, the optional parts of the engine, the GPU, how arrays cross between R and Python, and at the end what to do.
#' Starts Python where that has not happened yet and one with the engine is there.
#' @return `TRUE` if the engine can be used, else `FALSE`; invisibly.
#' @family set-up
#' @examples
#' mx.sitrep()
mx.sitrep <- function() {
  say <- function(k, v) {
    lead <- c(sprintf("%-18s", paste0(k, ":")), rep(strrep(" ", 18), length(v) - 1))
    cat(paste0(lead, " ", v, "\n"), sep = "")
  }
  say("mxr (R)", as.character(packageVersion("mxr")))
  say("R", paste0(getRversion(), " (", R.version$platform, ")"))
  say("reticulate", as.character(packageVersion("reticulate")))
  say("compiled code", if (the$native) "yes" else "no (arrays travel as bytes; install with a C compiler for speed)")
  embedded <- identical(the$how, "rpy2")
  why <- if (!is_bound()) tryCatch({
    bind()
    NULL
  }, error = conditionMessage)
  used <- if (!embedded && reticulate::py_available(initialize = FALSE)) reticulate::py_config()$python
  if (!embedded) say("Pythons", all_pythons(used))
  if (!is.null(why)) {
    lines <- strsplit(why, "\n")[[1]]
    say("engine", paste("not usable:", sub(" Looked at:$", "", lines[1])))
    rest <- lines[-1][!startsWith(lines[-1], "  ")]
    say("what to do", if (length(rest)) rest else advice())
    return(invisible(FALSE))
  }
  facts <- .call("sitrep")
  for (k in names(facts)) say(k, facts[[k]])
  has <- if (!is.null(used)) probe_python(used, full = TRUE)$extras
  if (!embedded) say("extras", paste0(if (length(has)) paste(has, collapse = ", ") else "none",
    if (length(setdiff(EXTRAS, has))) paste0(" (not installed: ", paste(setdiff(EXTRAS, has), collapse = ", "), ")")))
  say("chosen by", the$how)
  say("array transport", the$transport$name)
  say("what to do", sitrep_advice(has, embedded))
  invisible(TRUE)
}

# Every Python that could be meant; the one in use has an arrow.
all_pythons <- function(used) {
  told <- tryCatch(told_python(), mxr_error = function(e) NULL)
  places <- c(if (!is.null(told) && !is.na(told$python)) list(told), python_places())
  if (!is.null(used)) places <- c(list(list(how = the$how %||% "reticulate, which had started it already", python = used)), places)
  if (!length(places)) return("none was found")
  # python and python3 of one folder are one
  places <- places[!duplicated(vapply(places, function(p) sub("/python3$", "/python", p$python), ""))]
  vapply(places, function(p) {
    paste0(if (identical(p$python, used)) "-> " else "   ", p$python, " (", p$how, "): ", describe_python(probe_python(p$python)))
  }, "")
}

sitrep_advice <- function(has, embedded) {
  todo <- c(
    if (!the$native) "install the R package where a C compiler is: arrays then cross without being copied",
    if (!embedded && !"fast" %in% has) "add the extra 'fast' for speed: mxr::install_mxr(), or pip install 'mxr-arrays[fast]'",
    if (!embedded && !any(c("gpu12", "gpu13") %in% has) && !is.na(driver_cuda()))
      "this machine has an NVIDIA GPU: mxr::install_mxr(gpu = TRUE) to use it")
  if (length(todo)) todo else "nothing, all is well"
}
