"""Formulas as MathML, written when the pages are built: a browser shows it without a script, a font or a network."""

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.math import get_node_equation_number


def visit_math(self: Any, node: nodes.math) -> None:
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def visit_displayed(self: Any, node: nodes.math_block) -> None:
    number = f"({get_node_equation_number(self, node)}) " if node["number"] else ""
    begin = self.starttag(node, "div", "", CLASS="math")  # with the anchor of a formula that text refers to
    self.body.append(f"{begin}{number}{convert(node.astext(), display='block')}</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
