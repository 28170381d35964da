"""Text of LLVM IR that routines share: their attributes, and reading the words of the block that they are given."""

from __future__ import annotations

__all__ = ["ATTRIBUTES", "words"]

ATTRIBUTES = "attributes #0 = { nounwind }\n"


def words(*names: str, of: str = "block") -> str:
    """Loads the first words at an address under these names.

    Those that end in a star are addresses. One that ends in @ is not loaded: where it stands is ``%name.at``, as for
    the others.
    """
    text = ""
    for k, name in enumerate(names):
        ty, name, loaded = "ptr" if name.endswith("*") else "i64", name.rstrip("*@"), not name.endswith("@")
        text += f"  %{name}.at = getelementptr i64, ptr %{of}, i64 {k}\n"
        if loaded:
            text += f"  %{name} = load {ty}, ptr %{name}.at\n"
    return text
