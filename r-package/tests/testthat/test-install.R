# Finding Python and install_mxr(). Everything here is offline: the Pythons are scripts that answer as one, and the wheel
# is made on the spot. tests/test_r_install.py installs the engine itself.

skip_on_os("windows")
stopifnot(mx.available())  # so that reticulate's Python is the one with the engine

# A folder with a program `name` that answers the probe with `lines`.
fake_python <- function(lines, name = "python3", status = 0) {
  dir <- tempfile("py")
  dir.create(dir)
  file <- file.path(dir, name)
  writeLines(c("#!/bin/sh", sprintf("echo '%s'", lines), paste("exit", status)), file)
  Sys.chmod(file, "755")
  dir
}

good <- c("version=3.12.4", "mxr=0.1.0", "numpy=2.1.0", "extras=fast viz", "shared=yes")

# `code` where these and no other variables say where a Python is; "NAME=" unsets.
with_vars <- function(vars, code) {
  names <- sub("=.*", "", vars)
  old <- Sys.getenv(names, unset = NA, names = TRUE)
  set <- function(values) for (n in names(values)) if (is.na(values[[n]])) Sys.unsetenv(n) else do.call(Sys.setenv, as.list(values[n]))
  on.exit(set(old))
  values <- sub("^[^=]*=", "", vars)
  set(structure(ifelse(nzchar(values), values, NA), names = names))
  code
}

# No Python but these
lonely <- function(..., path = character()) {
  given <- c(...)
  empty <- tempfile("none")
  dir.create(empty)
  base <- c("MXR_PYTHON=", "RETICULATE_PYTHON=", "VIRTUAL_ENV=", "CONDA_PREFIX=", paste0("WORKON_HOME=", empty),
            paste0("PATH=", paste(c(path, "/no/where"), collapse = ":")))
  c(base[!sub("=.*", "", base) %in% sub("=.*", "", given)], given)
}

choice_of <- function(..., path = character()) {
  with_vars(lonely(..., path = path), tryCatch(unlist(python_choice(), use.names = FALSE), mxr_error = conditionMessage))
}

# A new session without settings of Python's place
fresh <- function(code, env = character()) {
  run_r(c("Sys.unsetenv(c('MXR_PYTHON', 'RETICULATE_PYTHON', 'VIRTUAL_ENV', 'CONDA_PREFIX'))", code), env)
}

test_that("the first Python with the engine is taken: install_mxr()'s, the active environment's, those on the PATH", {
  has <- fake_python(good)
  hasnt <- fake_python(c("version=3.11.2", "mxr=", "numpy=1.26.0"))
  old <- fake_python("version=3.9.18")
  expect_identical(choice_of(path = c(has, hasnt)), c("PATH", file.path(has, "python3")))
  # the first python3 of the PATH counts, then the first python
  expect_match(choice_of(path = c(hasnt, has)), "no Python with the engine was found")
  also <- fake_python(good, "python")
  expect_identical(choice_of(path = c(hasnt, also)), c("PATH", file.path(also, "python")))
  home <- tempfile("home")
  dir.create(file.path(home, "r-mxr", "bin"), recursive = TRUE)
  expect_identical(choice_of(paste0("WORKON_HOME=", home), path = has)[1], "PATH")
  file.copy(file.path(has, "python3"), file.path(home, "r-mxr", "bin", "python"))
  expect_identical(choice_of(paste0("WORKON_HOME=", home), path = has),
                   c("install_mxr()", file.path(home, "r-mxr/bin/python")))
  expect_identical(choice_of(paste0("VIRTUAL_ENV=", file.path(home, "r-mxr")), path = old)[1], "VIRTUAL_ENV")
  expect_identical(choice_of(paste0("CONDA_PREFIX=", file.path(home, "r-mxr")), path = old)[1], "CONDA_PREFIX")
})

test_that("MXR_PYTHON may be a program, a folder or a name on the PATH; then comes RETICULATE_PYTHON", {
  has <- fake_python(good, "mypython")
  expect_identical(choice_of("MXR_PYTHON=mypython", path = has), c("MXR_PYTHON", file.path(has, "mypython")))
  env <- tempfile("env")
  dir.create(file.path(env, "bin"), recursive = TRUE)
  file.copy(file.path(has, "mypython"), file.path(env, "bin", "python3"))
  expect_identical(choice_of(paste0("MXR_PYTHON=", env)), c("MXR_PYTHON", file.path(env, "bin/python3")))
  expect_identical(choice_of(paste0("RETICULATE_PYTHON=", env)), c("RETICULATE_PYTHON", file.path(env, "bin/python3")))
  expect_identical(choice_of(paste0("RETICULATE_PYTHON=", env), "MXR_PYTHON=mypython", path = has)[1], "MXR_PYTHON")
  expect_match(choice_of("MXR_PYTHON=otherpython", path = has), "MXR_PYTHON names otherpython, which is not on the PATH")
  expect_match(choice_of(paste0("MXR_PYTHON=", tempdir())), "which has no Python in it")
  # what was named is taken or refused: there is no search behind the user's back
  bad <- choice_of("MXR_PYTHON=/bin/false", path = fake_python(good))
  expect_match(bad, "the Python at /bin/false \\(chosen by MXR_PYTHON\\) does not run as a Python")
})

test_that("a Python asked for by use_python() is taken, unless MXR_PYTHON says otherwise", {
  python <- reticulate::py_config()$python
  code <- c(sprintf("reticulate::use_python('%s', required = TRUE)", python), "cat(unlist(mxr:::told_python()), '\\n')",
            "Sys.setenv(MXR_PYTHON = '/bin/false')", "cat(unlist(mxr:::told_python()))")
  expect_identical(trimws(fresh(code)), c(paste("use_python()", python), "MXR_PYTHON /bin/false"))
})

test_that("what is wrong with a Python is said, and what to do", {
  wrong <- function(lines) choice_of(paste0("MXR_PYTHON=", file.path(fake_python(lines), "python3")))
  expect_match(wrong("version=3.9.18"), "is Python 3.9.18; the engine needs 3.11 or newer")
  expect_match(wrong("version=2.7.18"), "install_mxr\\(\\) once and unset MXR_PYTHON, or set the environment variable")
  expect_match(wrong(c("version=3.11.4", "mxr=", "numpy=2.0.0")), "has no module mxr \\(it is Python 3.11.4\\)")
  expect_match(wrong(c("version=3.11.4", "mxr=0.1.0", "numpy=")), "has mxr, but not NumPy")
  expect_match(choice_of("MXR_PYTHON=managed")[1],
               if (has_py_require()) "MXR_PYTHON" else "MXR_PYTHON is managed, for which reticulate 1.41 or newer is needed")
})

test_that("without any Python there is a clear error and no noise; mx.available() and mx.sitrep() work", {
  code <- c("library(mxr)", "Sys.setenv(PATH = '/no/where')", "try(mx.nd.ones(2))", "cat(mx.available(), mx.available(quiet = FALSE), '\\n')",
            "ok <- mx.sitrep()", "print(ok)", "Sys.setenv(MXR_PYTHON = '/bin/false')", "try(mx.nd.ones(2))", "mx.sitrep()")
  out <- fresh(code, lonely()[4:5])
  expect_match(out, "Error in mx.nd.ones(2) : no Python was found on this machine.", fixed = TRUE, all = FALSE)
  expect_match(out, "^FALSE FALSE", all = FALSE)
  expect_match(out, "Pythons: +none was found", all = FALSE)
  expect_match(out, "engine: +not usable: no Python was found", all = FALSE)
  expect_match(out, "what to do: +Run mxr::install_mxr\\(\\)", all = FALSE)
  expect_match(out, "^\\[1\\] FALSE$", all = FALSE)
  expect_match(out, "/bin/false (MXR_PYTHON): does not run", fixed = TRUE, all = FALSE)
  expect_match(out, "engine: +not usable: the Python at /bin/false \\(chosen by MXR_PYTHON\\) does not run", all = FALSE)
  expect_false(any(grepl("running command|status|Warning|iniconda", out)))
})

test_that("the report lists every Python that was looked at, with what is in it", {
  first <- fake_python(c("version=3.11.2", "mxr=", "numpy=1.26.0"))
  second <- fake_python("version=3.9.18", "python")
  out <- with_vars(lonely(path = c(first, second)), all_pythons(NULL))
  expect_identical(out, c(paste0("   ", first, "/python3 (PATH): Python 3.11.2, no mxr"),
                          paste0("   ", second, "/python (PATH): Python 3.9.18 (too old: 3.11 is needed), no mxr")))
})

test_that("where Python runs already without the engine, the user learns what can be done", {
  # the one that ours was made from
  file <- file.path(dirname(dirname(reticulate::py_config()$python)), "pyvenv.cfg")
  skip_if(!file.exists(file), "the engine's Python is no virtualenv")
  python <- file.path(sub("^home *= *", "", grep("^home", readLines(file), value = TRUE)[1]), "python3")
  skip_if(!file.exists(python) || nzchar(probe_python(python)$mxr), "there is no second Python without mxr")
  code <- c("library(mxr)", sprintf("reticulate::use_python('%s', required = TRUE)", python), "invisible(reticulate::py_config())",
            "e <- tryCatch(mx.nd.ones(2), error = identity)", "cat(conditionMessage(e))")
  out <- paste(fresh(code), collapse = "\n")
  expect_match(out, "chosen by reticulate, which had started it already\\) has no module mxr")
  expect_match(out, "One R session has one Python. Either restart R, and let mxr start Python first")
  expect_match(out, "-m pip install 'mxr-arrays\\[fast\\]'")
})

test_that("a broken NumPy is named, not Python's traceback", {
  dir <- tempfile("broken")
  dir.create(file.path(dir, "numpy"), recursive = TRUE)
  writeLines("raise ImportError('libopenblas.so.0: cannot open shared object file')", file.path(dir, "numpy", "__init__.py"))
  python <- reticulate::py_config()$python
  out <- run_r(c("library(mxr)", "e <- tryCatch(mx.nd.ones(2), error = identity)", "cat(conditionMessage(e))"),
               c(paste0("MXR_PYTHON=", python), paste0("PYTHONPATH=", dir)))
  expect_match(out, "has mxr, but it does not load: ImportError: libopenblas.so.0: cannot open shared object file", all = FALSE)
  expect_match(out, "force-reinstall numpy, and restart R", all = FALSE)
  expect_false(any(grepl("Traceback|File \"", out)))
})

test_that("Python starts without questions about Miniconda, and the user's settings stay", {
  inside <- function() Sys.getenv("RETICULATE_MINICONDA_ENABLED", "unset")
  with_vars("RETICULATE_MINICONDA_ENABLED=", {
    expect_identical(quietly(inside()), "FALSE")
    expect_identical(inside(), "unset")
  })
  with_vars("RETICULATE_MINICONDA_ENABLED=TRUE", {
    expect_error(quietly(stop("x")))
    expect_identical(inside(), "TRUE")
  })
})

test_that("arguments of install_mxr() are checked before anything is made", {
  home <- tempfile("home")
  with_vars(c(paste0("WORKON_HOME=", home), "MXR_SOURCE="), {
    expect_mx_error(install_mxr("fats"), "extras must be some of fast, gpu12, .*given \"fats\". Did you mean 'fast'")
    expect_mx_error(install_mxr(7), "argument extras")
    expect_mx_error(install_mxr(gpu = 11), "gpu must be FALSE, TRUE, 12 or 13")
    expect_mx_error(install_mxr(method = "conda"), "method must be \"virtualenv\", given \"conda\". For conda: conda create")
    expect_mx_error(install_mxr(source = "/no/such/mxr.whl"), "source is \"/no/such/mxr.whl\", which does not exist")
    expect_mx_error(install_mxr(python = "/no/python"), "argument python names /no/python, which does not exist")
    expect_mx_error(install_mxr(python = "9.99"), "python9.99, which is not on the PATH")
    expect_mx_error(install_mxr(python = file.path(fake_python("version=3.9.18"), "python3")), "is Python 3.9.18; expected Python 3.11")
    expect_mx_error(install_mxr(envname = NA), "argument envname")
    expect_false(file.exists(home))
    expect_identical(requirement("fast"), "mxr-arrays[fast]")
    expect_identical(requirement(c("fast", gpu_extra(13))), "mxr-arrays[fast,gpu13]")
    expect_identical(requirement(character(), "git+https://example.org/mxr"), "mxr-arrays @ git+https://example.org/mxr")
    expect_identical(requirement("fast", tempdir()), paste0(normalizePath(tempdir()), "[fast]"))
  })
})

test_that("gpu = TRUE takes the extra of the driver's CUDA version", {
  driver <- function(cuda) {
    dir <- fake_python(c("+---+", paste0("| NVIDIA-SMI 550.1   Driver Version: 550.1   CUDA Version: ", cuda, "     |")), "nvidia-smi")
    with_vars(paste0("PATH=", dir), gpu_extra(TRUE))
  }
  expect_identical(driver("12.4"), "gpu12")
  expect_identical(driver("13.0"), "gpu13")
  expect_mx_error(driver("11.8"), "knows CUDA 11.8 only")
  expect_mx_error(with_vars("PATH=/no/where", gpu_extra(TRUE)), "nvidia-smi finds no NVIDIA GPU here")
})

# A wheel of a stand-in for the engine, without dependencies
wheel <- function(version, code = "") {
  dir <- tempfile("wheel")
  dir.create(dir)
  file <- file.path(dir, sprintf("mxr_arrays-%s-py3-none-any.whl", version))
  reticulate::py_run_string(sprintf("
import zipfile
with zipfile.ZipFile('%s', 'w') as z:
    info = 'mxr_arrays-%s.dist-info/'
    z.writestr('mxr/__init__.py', '%s')
    z.writestr('numpy/__init__.py', '')
    z.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: mxr-arrays\\nVersion: %s\\nProvides-Extra: fast\\n')
    z.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr(info + 'RECORD', '')
", file, version, code, version), local = TRUE)
  file
}

test_that("install_mxr() makes a virtualenv that new sessions find, and brings it up to date", {
  python <- reticulate::py_config()$python
  home <- tempfile("home")
  env <- c(paste0("WORKON_HOME=", home), "MXR_PYTHON=", "RETICULATE_PYTHON=", "PIP_NO_INDEX=1", "PYTHONPATH=", "MXR_SOURCE=")
  install <- function(file, ...) {
    said <- character()
    path <- with_vars(env, withCallingHandlers(install_mxr(source = file, python = python, ...), message = function(m) {
      said <<- c(said, sub("\n$", "", conditionMessage(m)))
      invokeRestart("muffleMessage")
    }))
    list(path = path, said = said)
  }
  out <- install(wheel("7.7.7"))
  own <- file.path(home, "r-mxr/bin/python")
  expect_identical(out$path, own)
  expect_match(out$said[1], "^Making the virtualenv .*r-mxr with .* and installing .*mxr_arrays-7.7.7-py3-none-any.whl\\[fast\\]$")
  expect_match(out$said[2], "^The engine is installed. ")
  expect_match(describe_python(probe_python(own)), "^Python 3[0-9.]+, mxr 7.7.7, NumPy")
  expect_identical(fresh(c("library(mxr)", "cat(unlist(mxr:::python_choice()))"), env[1]), paste("install_mxr()", own))

  # the same version again, with other contents; then one that does not load
  out <- install(wheel("7.7.7", "answer = 42"))
  expect_match(out$said[1], "^Bringing the virtualenv .* up to date")
  expect_identical(system2(own, c("-c", shQuote("import mxr; print(mxr.answer)")), stdout = TRUE, env = python_env()), "42")
  expect_mx_error(install(wheel("7.7.8", "import nothing_of_that_name")), "loading the engine failed [^$]*No module named 'nothing_of_that_name'")
  expect_true(file.exists(own))

  # a name that pip does not find; nothing is left of an environment that could not be made
  expect_mx_error(install("no-such-engine"), "pip failed [^$]*No matching distribution found for no-such-engine")
  expect_identical(list.files(home), "r-mxr")
  python <- file.path(fake_python(good, "python"), "python")
  writeLines(c(readLines(python)[1], "if [ \"$1\" = -m ]; then mkdir -p \"$3/bin\"; echo no space left; exit 3; fi", readLines(python)[-1]), python)
  expect_mx_error(install("mxr-arrays", envname = "other"), "making the virtualenv failed [^$]*no space left")
  expect_identical(list.files(home), "r-mxr")
  dir.create(file.path(home, "full"))
  file.create(file.path(home, "full", "letter.txt"))
  expect_mx_error(install("mxr-arrays", envname = "full"), "full exists and is no virtualenv")
  expect_identical(list.files(file.path(home, "full")), "letter.txt")
})
