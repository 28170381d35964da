"""The set-up and test scripts, the package's metadata, and rules that hold for the whole repository."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mxr

REPO = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())
needs_bash = pytest.mark.skipif(not Path("/bin/bash").exists(), reason="no /bin/bash")


def program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/bash\n" + body + "\n")
    path.chmod(0o755)


@pytest.fixture
def clone(tmp_path):
    """A copy of the scripts in a folder of its own, and a PATH that holds only common tools and what a test adds."""
    root = tmp_path / "clone"
    shutil.copytree(REPO / ".ci", root / ".ci")
    shutil.copy(REPO / "pyproject.toml", root)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in "bash env dirname cat mkdir rm tail grep sed tr cksum sort find xargs head flock timeout uname".split():
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)

    def run(script, *args, **env):
        return subprocess.run(
            ["/bin/bash", str(root / ".ci" / script), *args],
            env={"PATH": str(tools), "HOME": str(tmp_path), **env}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    run.root, run.tools = root, tools
    return run


@needs_bash
def test_without_root_the_exact_command_is_printed(clone):
    program(clone.tools / "apt-get", "exit 99")
    program(clone.tools / "id", "echo 1000")
    got = clone("setup.sh")
    assert got.returncode == 1
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends r-base-core " in got.stderr
    assert "pandoc graphviz qpdf tidy'" in got.stderr.replace("\n", " ")


@needs_bash
def test_without_apt_the_packages_are_named(clone):
    program(clone.tools / "id", "echo 0")
    got = clone("setup.sh")
    assert got.returncode == 1 and "missing: r-base-core" in got.stderr and "run make again" in got.stderr


@needs_bash
def test_apt_failure_shows_its_log(clone):
    program(clone.tools / "id", "echo 0")
    program(clone.tools / "apt-get", '[[ " $* " = *" update "* ]] || { echo "E: no such package"; exit 100; }')
    got = clone("setup.sh")
    assert got.returncode == 1 and "E: no such package" in got.stderr and "apt-get install failed" in got.stderr
    assert "E: no such package" not in got.stdout


def fake_venv(root: Path, ruff="exit 0", mypy="exit 0") -> None:
    program(root / ".venv/bin/ruff", ruff)
    program(root / ".venv/bin/mypy", mypy)
    program(root / ".venv/bin/lint-imports", "exit 0")
    program(root / ".venv/bin/python", f'exec "{sys.executable}" "$@"')


@needs_bash
def test_all_parts_run_and_the_sum_closes(clone):
    fake_venv(clone.root, ruff="echo lint is bad; exit 1")
    got = clone("test.sh", "lint", "types", "layers")
    assert got.returncode == 1 and "lint is bad" in got.stdout and "== layers" in got.stdout
    assert "Failed parts: lint" in got.stdout
    assert got.stdout.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"


MIXED = """
import pytest
def test_a(): pass
def test_b(): assert 0
@pytest.mark.skip
def test_c(): pass
"""


@needs_bash
@pytest.mark.parametrize(
    "tests, line",
    [
        (MIXED, "1 passed, 1 failed, 1 skipped"),
        ("def test_a(): pass\ndef test_b(): pass", "2 passed, 0 failed, 0 skipped"),
        ("import nothing_of_this_name", "0 passed, 1 failed, 0 skipped"),
        ("", "0 passed, 1 failed, 0 skipped"),
        ("import os\ndef test_a(): os._exit(0)", "0 passed, 1 failed, 0 skipped"),
    ],
    ids=["mixed", "good", "import-error", "no-tests", "crash"],
)  # fmt: skip
def test_counts_of_pytest(clone, tests, line):
    fake_venv(clone.root)
    (clone.root / "tests").mkdir()
    (clone.root / "tests" / "test_x.py").write_text(tests)
    got = clone("test.sh", "pytest", PYTEST_WORKERS="0" if "_exit" in tests else "1")
    assert got.stdout.splitlines()[-1] == line, got.stdout + got.stderr
    assert got.returncode == (", 0 failed" not in line)


def test_metadata():
    assert importlib.metadata.version("mxr-arrays") == mxr.__version__ == "0.1.0"
    extras = PROJECT["project"]["optional-dependencies"]
    assert {"fast", "gpu12", "gpu13", "dist", "r", "viz", "onnx", "vision", "dev"} <= set(extras)


def test_import_is_light():
    code = "import mxr, sys; print([m for m in %r if m in sys.modules])"
    heavy = ["numba", "llvmlite", "cupy", "matplotlib", "scipy", "rich", "pooch", "rpy2", "torch", "pandas", "PIL"]
    got = subprocess.run([sys.executable, "-c", code % heavy], capture_output=True, text=True, check=True)
    assert got.stdout.strip() == "[]"


def test_every_module_has_a_layer():
    (layers,) = (c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    named = set(re.findall(r"mxr\.(\w+)", " ".join(layers["layers"])))
    there = {p.stem for p in (REPO / "mxr").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert there - {"__init__", "__main__", "_version"} <= named, "give new modules a layer in pyproject.toml"


def tracked_text():
    if shutil.which("git") is None or not (REPO / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=True).stdout
    for name in names.split("\0"):
        path = REPO / name
        if name and path.is_file() and path.suffix not in {".xz", ".png", ".jpg", ".gz"}:
            yield name, path.read_text(errors="replace")


FORBIDDEN = {
    "a path of one machine": r"(?<![\w.$}~:/])/(?:work|root|home/\w+|Users/\w+)/\w",
    "the name of a package that is not ours": r"pip3? install ['\"]?mxr\b(?!-)",
    "an absolute temporary path": r"(?<![\w.$}])/tmp/w\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_contains(what):
    pattern = re.compile(FORBIDDEN[what])
    files = [(name, text) for name, text in tracked_text() if name != "tests/test_setup.py"]
    found = [f"{name}: {m.group()}" for name, text in files for m in pattern.finditer(text)]
    assert found == []


@needs_bash
@pytest.mark.parametrize("path", ["setup.sh", "test.sh", "lib.sh", "run"])
def test_scripts_parse(path):
    subprocess.run(["/bin/bash", "-n", str(REPO / ".ci" / path)], check=True)
    assert path == "lib.sh" or os.access(REPO / ".ci" / path, os.X_OK)


def readme_blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", (REPO / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("block", range(2))
def test_python_examples_of_the_readme(block, tmp_path):
    got = subprocess.run(
        [sys.executable, "-W", "error", "-c", readme_blocks("python")[block]],
        env={**os.environ, "MXNET_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert got.returncode == 0, got.stderr
    if block == 0:
        assert float(got.stdout.split("accuracy")[1]) > 0.9
    else:
        assert got.stdout == "\n[[2. 4.]\n [6. 8.]]\n<NDArray 2x2 @cpu(0)>\n"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R")
def test_r_examples_of_the_readme():
    library = REPO / ".rlib"
    if not (library / "mxr").is_dir():
        pytest.skip("the R package is not in .rlib (make setup)")
    low_level, formula, gluon = readme_blocks("r")
    env = {**os.environ, "R_LIBS": str(library), "MXR_PYTHON": sys.executable}

    def run(code):
        got = subprocess.run(["Rscript", "--vanilla", "-e", code], env=env, capture_output=True, text=True, timeout=120)
        assert got.returncode == 0, got.stderr
        return got.stdout

    said = run(low_level)
    assert "[1,]    3    3    3" in said
    assert float(said.split("[1]")[-1]) > 0.9
    said = run("library(mxr)\n" + formula)
    assert "classes: setosa, versicolor, virginica" in said and re.search(r"setosa +versicolor +virginica", said)
    said = run("mxr::mx.set.seed(0)\nlibrary(mxr)\n" + gluon)
    assert float(said.split("[1]")[1].split()[0]) < 0.3 and "trained: 5 rounds" in said
