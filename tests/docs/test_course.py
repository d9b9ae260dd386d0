"""The tutorials as sphinx-gallery gets them: the same code, and the same words in other marks."""

import ast
import re

import pytest

from tests.docs.extensions import DOCS, extension

course = extension("course")
LIST = r"([-+*]|1[.)]) "  # where a Markdown list begins, also within a paragraph
TUTORIALS = sorted((DOCS.parent / "tutorials").glob("[0-9]*.py"))


def test_marks():
    assert course.as_rest("# Title\n\n## Part\nText") == "Title\n=====\n\nPart\n----\nText"
    assert course.rest_line("*one* **two** `three` $x^2$") == "*one* **two** ``three`` :math:`x^2`"
    assert course.rest_line("D*(x) = |x|, w_ and w_i") == r"D\*(x) = \|x\|, w\_ and w_i"
    assert course.rest_line("[paper](https://x.org/a)") == "`paper <https://x.org/a>`__"


def test_cells():
    script = "# %% [markdown]\n# # T\n#\n# First.\n\n# %%\nx = 1\n\n# %% [markdown]\n# ## P\n#\n# `x`.\n\n# %%\ny = 2\n"
    assert course.as_gallery_script(script) == (
        'r"""\nT\n=\n\nFirst.\n"""\n# %%\nx = 1\n\n# %%\n# P\n# -\n#\n# ``x``.\n\n# %%\ny = 2\n'
    )


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_the_code_is_that_of_the_tutorial(path):
    text, code = path.read_text(), ast.parse(course.as_gallery_script(path.read_text()))
    assert isinstance(code.body[0].value, ast.Constant)
    assert ast.dump(ast.Module(code.body[1:], [])) == ast.dump(ast.Module(ast.parse(text).body, []))


def test_what_has_not_changed_is_not_written_again(tmp_path):
    course.write_scripts(DOCS.parent / "tutorials", tmp_path)
    (tmp_path / "99_gone.py").write_text("")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.glob("[0-8]*.py")}
    assert len(before) == len(TUTORIALS)
    course.write_scripts(DOCS.parent / "tutorials", tmp_path)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.py")} == before


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_no_line_of_a_paragraph_begins_as_a_list(path):
    cells = [cell for cell in path.read_text().split("# %%") if cell.startswith(" [markdown]")]
    for paragraph in "\n\n".join(map(course.uncommented, cells)).split("\n\n"):
        lines = paragraph.splitlines()
        if lines and not re.match(LIST, lines[0]):
            assert [line for line in lines if re.match(LIST, line)] == []
