"""The text of the declarations, written for Python, as Rd."""

from __future__ import annotations

import re
import textwrap

__all__ = ["code", "escaped", "in_r_order", "paragraphs", "plain", "rd", "wrapped"]

WORDS = {"True": "TRUE", "False": "FALSE", "None": "NULL"}
SPAN = re.compile(r"``(.+?)``|`([^`]+)`", re.S)


def escaped(text: str, braces: bool = True) -> str:
    """With Rd's own characters escaped; balanced braces of R code may stay."""
    text = text.replace("\\", "\\\\").replace("%", "\\%")
    return text.replace("{", "\\{").replace("}", "\\}") if braces else text


def plain(text: str) -> str:
    """R's words for Python's."""
    text = re.sub(r"\b(True|False|None)\b", lambda m: WORDS[m[0]], text)
    return re.sub(r"\bmx\.sym\.", "mx.symbol.", text)


def in_r_order(text: str) -> str:
    """The text of a parameter that is a vector in R's order: ``(h, w)`` is ``c(w, h)``, `()` an empty vector."""

    def vector(m: re.Match[str]) -> str:
        items = [i.strip() for i in m[1].split(",") if i.strip()]
        inner = ", ".join(reversed(items))
        return "an empty vector" if not items else f"`{inner}`" if len(items) == 1 else f"`c({inner})`"

    text = re.sub(r"(?<!\w)\((|[\w ]+,|[\w ]+(?:, [\w. ]+)+)\)", vector, text)
    return re.sub(
        r"\b(height|top|width) and (width|left|height)\b",
        lambda m: (m[2].capitalize() if m[1][0].isupper() else m[2]) + " and " + m[1].lower(),
        text,
        flags=re.IGNORECASE,
    )


def code(text: str) -> str:
    """In typewriter. A lone quote opens a string in \\code, which \\verb does not know."""
    return ("\\verb{" if set(text) & set("'\"`") else "\\code{") + escaped(text) + "}"


def rd(text: str) -> str:
    """One paragraph."""
    text = plain(text)
    out, at = [], 0
    for m in SPAN.finditer(text):
        out += [escaped(text[at : m.start()]), code(" ".join((m[1] or m[2]).split()))]
        at = m.end()
    return "".join([*out, escaped(text[at:])])


def paragraphs(doc: str) -> list[str]:
    """Paragraphs and lists of a docstring."""
    out = []
    for block in doc.split("\n\n"):
        lines = block.splitlines()
        if any(line.lstrip().startswith("- ") for line in lines):
            lead, items = [], []
            for line in lines:
                if line.lstrip().startswith("- "):
                    items.append(line.lstrip()[2:])
                elif items:
                    items[-1] += " " + line.strip()
                else:
                    lead.append(line.strip())
            listed = "\\itemize{\n" + "\n".join(f"  \\item {rd(i)}" for i in items) + "\n}"
            out.append((rd(" ".join(lead)) + "\n" if lead else "") + listed)
        elif block.strip():
            out.append(rd(" ".join(line.strip() for line in lines)))
    return out


def wrapped(part: str) -> str:
    """Long lines of text folded; usage and examples stay as they are."""
    if part.startswith(("\\usage", "\\examples", "\\alias", "\\name", "\\title", "\\concept")):
        return part
    rows = []
    for line in part.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + (2 if line.lstrip().startswith("\\item") else 0))
        rows += textwrap.wrap(
            line, 110, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]  # fmt: skip
    return "\n".join(rows)
