"""Formulas of a page that Sphinx builds: inline, displayed, and displayed with a number that text refers to."""

import re

import pytest

from tests.docs.extensions import DOCS

PAGE = """\
Page
====

Inline :math:`x^2`, and :eq:`second`.

.. math:: a < b

.. math:: y_1
   :label: first

.. math:: y_2
   :label: second
"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    """The page as HTML."""
    pytest.importorskip("latex2mathml")
    application = pytest.importorskip("sphinx.application")
    monkeypatch.syspath_prepend(DOCS / "_ext")
    (tmp_path / "index.rst").write_text(PAGE)
    settings = {"extensions": ["mathml"], "html_math_renderer": "mathml"}
    folders = (tmp_path / name for name in ("site", "trees"))
    application.Sphinx(tmp_path, None, *folders, "html", settings, status=None, warning=None).build()
    return (tmp_path / "site/index.html").read_text()


def test_formulas_are_mathml_and_need_no_script(built):
    inline, *displayed = re.findall(r'<math [^>]*display="(\w+)"', built)
    assert (inline, displayed) == ("inline", ["block"] * 3)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in built
    assert re.search(r"<mi>a</mi><mo>&[#\w]+;</mo><mi>b</mi>", built)  # "<" is no tag
    assert "mathjax" not in built.lower()


def test_a_formula_with_a_label_has_its_number_and_others_have_none(built):
    before = re.findall(r'<div class="math"( id="[\w-]+")?>(.*?)<math ', built)
    assert before == [("", ""), (' id="equation-first"', "(1) "), (' id="equation-second"', "(2) ")]
    assert re.search(r'<a [^>]*href="#equation-second">\(2\)</a>', built)
