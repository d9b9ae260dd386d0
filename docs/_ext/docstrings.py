"""Docstrings are plain text with `code`, doctests and indented blocks; these functions write them as reST."""

import re
from pathlib import Path

SPECIAL = re.compile(r"([*|\\]|_(?!\w)|(?<!\w)_)")
ENTRY = re.compile(r"(\w+(\(.*?\))?(, \w+)*: |Returns |Raises |Yields )")  # what a paragraph of its own begins with


def as_rest(lines: list[str]) -> list[str]:
    """A docstring as reST. Paragraphs flow, and each argument begins one; doctests, indented and aligned lines stay."""
    result: list[str] = []
    for block in blocks(lines):
        if block[0].startswith(">>>"):
            result += [".. code-block:: pycon", "", *(f"    {line}" for line in block)]
        elif any(line.startswith(" ") or "  " in line.replace(".   ", ". ").strip() for line in block):
            result += ["::", "", *(f"    {line}" for line in block)]
        else:
            for i, line in enumerate(block):
                result += ["", as_line(line)] if i and ENTRY.match(line) else [as_line(line)]
        result.append("")
    return result


def blocks(lines: list[str]) -> list[list[str]]:
    """The lines between empty ones, and a doctest apart from the text above it."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            found.append([])
        else:
            if line.startswith(">>>") and found[-1] and not found[-1][0].startswith(">>>"):
                found.append([])
            found[-1].append(line.rstrip())
    return [block for block in found if block]


def as_line(line: str) -> str:
    """A line of text with its `code` as reST's, and everything else as it stands."""
    pieces = re.split(r"(`[^`]+`)", line)
    text = SPECIAL.sub(r"\\\1", pieces[0])
    for code, after in zip(pieces[1::2], pieces[2::2], strict=True):
        gap = "\\ " if re.match(r"\w", after) else ""  # reST's code ends before a space or a sign
        text += f"`{code}`{gap}" + SPECIAL.sub(r"\\\1", after)
    return re.sub(r"^([-+#=~^\"']|\w+[.)])(?=\s|$)", r"\\\1", text)


def assignment(package: Path, name: str) -> list[str]:
    """The line that assigns a name in a file of `package`: it says more of an alias or a table than its type does."""
    for file in sorted(package.glob("*.py")):
        found = re.search(rf"^{name}(?:: [^=\n]+)? = .*$", file.read_text(), re.MULTILINE)
        if found:
            code, _, comment = found[0].partition("  # ")
            code = f"{code} ...`" if code.endswith(("(", "[", "{")) else f"{code}`"
            return [*([as_line(f"{comment}."), ""] if comment else []), as_line(f"`{code}")]
    return []
