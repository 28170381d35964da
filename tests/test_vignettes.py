"""The vignettes run from top to bottom: the Python scripts, and the R pages where R and the R package are installed."""

import functools
import hashlib
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
VIGNETTES = REPO / "vignettes"
SHIPPED = REPO / "r-package" / "vignettes"
ALL = {
    "callbacks", "char_rnn", "classify_image", "custom_iterator", "custom_loss", "fashion_mnist", "fine_tuning",
    "five_minutes", "gluon", "mnist", "multidim_lstm", "ndarray", "r_and_python", "symbol",
}  # fmt: skip
PAGES = sorted(p.stem for p in VIGNETTES.glob("*.Rmd"))
PNG = b"\x89PNG\r\n"


def environment(home: Path, **more: str) -> dict[str, str]:
    """One round on the embedded sample, no downloads."""
    return {
        **os.environ, "MXNET_HOME": str(home), "MXR_OFFLINE": "1", "MXR_VIGNETTE_ROUNDS": "1", "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(REPO), **more,
    }  # fmt: skip


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in the output:\n{text}"
    return float(found[1])


def run_script(name: str, tmp_path: Path) -> tuple[str, set[str]]:
    """Output and pictures of a Python vignette; warnings are errors."""
    pictures = tmp_path / "pictures"
    done = subprocess.run(
        [sys.executable, "-W", "error", str(VIGNETTES / f"{name}.py")], cwd=tmp_path, capture_output=True, text=True,
        timeout=300, env=environment(tmp_path, MXR_VIGNETTE_OUTPUT=str(pictures)),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line for line in done.stderr.splitlines() if "embedded sample" not in line]
    assert said == []
    assert all(p.read_bytes()[:6] == PNG for p in pictures.iterdir())
    return done.stdout, {p.stem for p in pictures.iterdir()}


def test_mnist_script(tmp_path):
    out, pictures = run_script("mnist", tmp_path)
    drawn = {"network"} if shutil.which("dot") else set()
    assert pictures == {"digits", "mistakes", "filters", "history", "saturation"} | drawn
    assert "2.2122064" in out  # MXNet's own first normal number of seed 0
    assert "Epoch[0] Validation-accuracy=" in out
    assert number(r"\naccuracy ([\d.]+)", out) > 0.8
    raw = number(r"three layers, raw pixels, rate 0.1 +([\d.]+)", out)
    assert number(r"three layers, scaled pixels, Xavier, rate 0.1 +([\d.]+)", out) > max(0.8, raw)
    assert number(r"raw pixels: ([\d.]+)% of the outputs", out) > 50
    assert number(r"scaled pixels: ([\d.]+)% of the outputs", out) < 10
    assert "same predictions: True" in out


def test_fashion_mnist_script(tmp_path):
    out, pictures = run_script("fashion_mnist", tmp_path)
    drawn = {"lenet"} if shutil.which("dot") else set()
    assert pictures == {"clothes", "tuning", "confusion", "mistakes", "filters"} | drawn
    assert number(r"one hidden layer, raw pixels, rate 0.01 +([\d.]+)", out) > 0.6
    assert number(r"LeNet, scaled pixels, rate 0.1 +([\d.]+)", out) > 0.5
    assert number(r"LeNet on digits, rate 0.1 +([\d.]+)", out) > 0.75
    assert "same predictions: True" in out


@functools.cache
def r_environment() -> tuple[dict[str, str], str]:
    """What R needs to find the package and this Python; and why the R vignettes cannot run, empty where they can."""
    if not shutil.which("Rscript"):
        return {}, "no Rscript"
    if not shutil.which("pandoc"):
        return {}, "no pandoc"
    libraries = [os.environ.get("R_LIBS", ""), str(REPO / ".rlib")]
    settings = {
        "R_LIBS": os.pathsep.join(filter(None, libraries)),
        "MXR_PYTHON": os.environ.get("MXR_PYTHON", sys.executable),
    }
    code = "for (p in c('mxr', 'knitr', 'rmarkdown')) if (!nzchar(system.file(package = p))) cat(p, '')"
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, env={**os.environ, **settings})
    if done.returncode or done.stdout:
        return settings, f"R lacks {done.stdout or done.stderr}".strip()
    return settings, ""


def plain(page: str) -> str:
    return re.sub(r"<(script|style).*?</\1>|<[^>]+>", "", page, flags=re.S)


# What a page must contain besides running through.
SAYS = {
    "mnist": ["[1] Train-accuracy=", r"identical(predict(again, t(x.test), array.layout = "],
    "fashion_mnist": ["[1] Train-accuracy=", "identical(predict(again, fashion$images.test), prob)"],
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_render(name, tmp_path):
    settings, missing = r_environment()
    if missing:
        pytest.skip(missing)
    for file in (f"{name}.Rmd", "setup.R", "style.css"):
        shutil.copy(VIGNETTES / file, tmp_path)
    code = f"options(warn = 2); rmarkdown::render('{name}.Rmd', quiet = TRUE)"
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env=environment(tmp_path, **settings),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    page = html.unescape((tmp_path / f"{name}.html").read_text())
    pictures = re.findall(r"<img[^>]*>", page)
    assert len(pictures) == len(re.findall(r"fig.alt", (VIGNETTES / f"{name}.Rmd").read_text()))
    for picture in pictures:
        assert 'src="data:image/png' in picture  # the page is self-contained
        assert re.search(r'alt="[^"]{10,}"', picture)
    text = plain(page)
    for words in SAYS.get(name, []):
        assert words in text
    assert not re.search(r"identical\(predict\(again.*\n\s*\[1\] FALSE", text)
    without_code = plain(re.sub(r"<pre class=\"sourceCode.*?</pre>", "", page, flags=re.S))
    assert len(without_code) < len(text)
    assert not re.search(r"\b(NaN|Inf)\b|Error in \S+\(|Warning", without_code)


@pytest.mark.parametrize("name", PAGES)
def test_prose_hard_codes_no_results(name):
    """Accuracies depend on the data found, so the text computes them."""
    source = (VIGNETTES / f"{name}.Rmd").read_text()
    prose = re.sub(r"^```.*?^```$|`r [^`]*`", "", source, flags=re.S | re.M)
    assert not re.findall(r"\d[\d.]* ?%|\b0\.\d{3,}", prose)


@pytest.mark.parametrize("name", PAGES)
def test_code_fits_the_page(name):
    source = (VIGNETTES / f"{name}.Rmd").read_text()
    chunks = re.findall(r"^```\{r(.*?)\}\n(.*?)^```$", source, flags=re.S | re.M)
    shown = [code for options, code in chunks if not re.search(r"(include|echo) *= *FALSE", options)]
    assert [line for code in shown for line in code.splitlines() if len(line) > 91] == []


def stamp(name: str) -> str:
    """Also in vignettes/build.R."""
    parts = (VIGNETTES / f"{name}.Rmd", VIGNETTES / "setup.R")
    return " ".join(hashlib.md5(p.read_bytes(), usedforsecurity=False).hexdigest() for p in parts)


@pytest.mark.parametrize("name", PAGES)
def test_shipped_pages_are_in_step(name):
    """The package ships executed pages, made by `make vignettes`."""
    source, page = (VIGNETTES / f"{name}.Rmd").read_text(), (SHIPPED / f"{name}.Rmd").read_text()
    assert f"# md5 {stamp(name)}\n" in page, f"make vignettes PAGES={name}"
    entry = re.search(r"%\\VignetteIndexEntry\{(.+)\}", page)
    title = re.search(r'^title: "(.+)"', page, re.M)
    assert entry and title and entry[1] == title[1]
    assert "%\\VignetteEngine{knitr::rmarkdown}" in page
    assert not re.search(r"^```+ *\{r|`r [^`]", page, re.M)  # nothing is left to execute
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", source):
        assert target.removesuffix(".html") in ALL, target
    assert not re.search(r"/(tmp|home|root|work)/", page), "a path of this machine"
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]*)"', page)
    assert all(alt for _, alt in pictures)
    assert sorted(src for src, _ in pictures) == sorted(f"figures/{p.name}" for p in SHIPPED.glob(f"figures/{name}-*"))
    for src, _ in pictures:
        assert (SHIPPED / src).stat().st_size < 60_000, src


def test_shipped_pages_together():
    assert {p.stem for p in SHIPPED.glob("*.Rmd")} == set(PAGES) == ALL
    assert (SHIPPED / "style.css").read_bytes() == (VIGNETTES / "style.css").read_bytes()
    files = list((SHIPPED / "figures").iterdir())
    assert sum(p.stat().st_size for p in files) < 2_000_000
    assert all(any(p.name.startswith(f"{name}-") for name in PAGES) for p in files)


def test_readme_lists_all_pages():
    table = (VIGNETTES / "README.md").read_text()
    assert set(re.findall(r"^\| `(\w+)\.Rmd`", table, re.M)) == set(PAGES)
