"""The tutorials as sphinx-gallery reads them: their Markdown cells as reST, under a docstring with the title."""

import re
import shutil
from pathlib import Path
from typing import Any

HEADER = """\
The tutorials
=============

In the order of :doc:`the course </course>`. The prints and the pictures are those of a run on the machine that built
this page.
"""


def as_rest(markdown: str) -> str:
    """A Markdown cell as reST: headings, `code`, $formulas$ and [links](https://...); the rest is the same in both."""
    lines = []
    for line in markdown.splitlines():
        heading = re.fullmatch(r"(#+) (.+)", line)
        text = rest_line(heading[2] if heading else line)
        lines.append(text)
        if heading:
            lines.append("=-~"[len(heading[1]) - 1] * len(text))
    return "\n".join(lines)


def rest_line(line: str) -> str:
    """One line of Markdown as reST. D* and x_ mean themselves, **x** and *x* are emphasized, as in Markdown."""
    pieces = re.split(
        r"(`[^`]+`|\$[^$]+\$|\[[^\]]+\]\([^)]+\)|\*\*\S[^*]*\S\*\*|(?<!\w)\*\S[^*]*(?<=\S)\*(?!\w))", line
    )
    return "".join(
        marked(piece) if i % 2 else re.sub(r"([*|\\`]|_\b)", r"\\\1", piece) for i, piece in enumerate(pieces)
    )


def marked(piece: str) -> str:
    """A marked piece of a line in reST's marks."""
    if piece[0] == "`":
        return f"`{piece}`"
    if piece[0] == "$":
        return f":math:`{piece[1:-1]}`"
    if piece[0] == "[":
        text, address = piece[1:-1].split("](")
        return f"`{text} <{address}>`__"
    return piece


def as_gallery_script(script: str) -> str:
    """A tutorial with its first cell as a docstring and its other Markdown cells as reST; the code is as it was."""
    first, *cells = script.removeprefix("# %% [markdown]\n").split("\n# %%")
    text = [f'r"""\n{as_rest(uncommented(first))}\n"""']
    for cell in cells:
        kind, _, body = cell.partition("\n")
        if kind.strip() == "[markdown]":
            comment = as_rest(uncommented(body)).splitlines()
            text.append("\n".join(f"# {line}".rstrip() for line in ["%%", *comment]) + "\n")
        else:
            text.append(f"# %%\n{body}")
    return "\n".join(text).rstrip() + "\n"


def uncommented(cell: str) -> str:
    """The text of a Markdown cell, whose lines are comments."""
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in cell.strip().splitlines())


def write_scripts(tutorials: Path, folder: Path) -> None:
    """Fills `folder` with the tutorials for sphinx-gallery, which runs again what has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {path.name: as_gallery_script(path.read_text()) for path in tutorials.glob("[0-9]*.py")}
    texts["GALLERY_HEADER.rst"] = HEADER
    for path in folder.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        if not (folder / name).exists() or (folder / name).read_text() != text:
            (folder / name).write_text(text)


class Pictures:
    """Gives sphinx-gallery the pictures that a cell saved in `folder`, where it runs the tutorials."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __repr__(self) -> str:
        return "Pictures"  # of the configuration, which must be the same in each build

    def __call__(self, block: Any, block_vars: dict, gallery_conf: dict) -> str:
        from sphinx_gallery.scrapers import figure_rst

        names = []
        for picture in sorted(self.folder.glob("*.png")):
            names.append(next(block_vars["image_path_iterator"]))
            shutil.move(picture, names[-1])
        return figure_rst(names, gallery_conf["src_dir"])
