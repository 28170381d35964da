"""Files that programs make: told apart from stale ones, and written. The commands of the generators are made here."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["file_command", "pages_command", "stale_pages"]


def stale_pages(made: Mapping[str, str], man: Path, header: str) -> list[str]:
    """Names of help pages that are missing, differ, or begin with `header` and belong to nothing any more."""
    wrong = [n for n, text in made.items() if not (man / n).exists() or (man / n).read_text() != text]
    left = [f.name for f in man.glob("*.Rd") if f.name not in made and f.read_text().startswith(header)]
    return sorted([*wrong, *left])


def pages_command(
    command: str, doc: str | None, source: str, made: Callable[[Path], Mapping[str, str]], header: str
) -> Callable[..., int]:
    """A main() that keeps the help pages of a folder in step with `source`, or only tells with ``--check``."""

    def main(argv: list[str] | None = None) -> int:
        parser = argparse.ArgumentParser(prog=command, description=doc)
        parser.add_argument("man", type=Path, help="r-package/man")
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when pages are not in step")
        args = parser.parse_args(argv)
        pages = made(args.man)
        stale = stale_pages(pages, args.man, header)
        if args.check:
            for n in stale:
                print(f"{args.man / n} is not in step with {source}")
            if stale:
                print(f"run: {command} {args.man}")
            return 1 if stale else 0
        args.man.mkdir(exist_ok=True)
        for n in stale:
            if n in pages:
                (args.man / n).write_text(pages[n])
            else:
                (args.man / n).unlink()
        print(f"{len(stale)} pages written")
        return 0

    return main


def file_command(
    command: str, doc: str | None, source: str, made: Callable[[], str], example: str
) -> Callable[..., int]:
    """A main() that writes one file from `source`, or only tells with ``--check`` whether it is in step."""

    def main(argv: list[str] | None = None) -> int:
        parser = argparse.ArgumentParser(prog=command, description=doc)
        parser.add_argument("file", type=Path, help=example)
        parser.add_argument("--check", action="store_true", help="exit 1 when the file is not in step")
        args = parser.parse_args(argv)
        text = made()
        if args.check:
            in_step = args.file.exists() and args.file.read_text() == text
            if not in_step:
                print(f"{args.file} is not in step with {source}; run: {command} {args.file}")
            return 0 if in_step else 1
        args.file.write_text(text)
        return 0

    return main
