"""The reference has every public name once, and no other."""

import importlib
import inspect
from collections import Counter

import pytest

from tests.docs.extensions import DOCS, extension

checks, pages = extension("checks"), extension("pages")
PACKAGE = DOCS.parent / "tinygan"
BLOCKS = [
    (package, names.split())
    for page in sorted((DOCS / "reference").glob("*.md"))
    for package, names in pages.PUBLIC.findall(page.read_text())
]
SHOWN = [f"{package}.{name}" for package, names in BLOCKS for name in names]


def test_every_public_name_is_shown():
    of_the_root = [f"tinygan.{name}" for name in ("Tensor", "grad", "primitive", "check_grads", "raw")]
    assert checks.missing(SHOWN + of_the_root, PACKAGE) == []


def test_a_name_that_is_left_out_is_missed():
    assert checks.missing(set(SHOWN) - {"tinygan.nn.Dense"}, PACKAGE)[-1] == "tinygan.nn.Dense"


def test_no_name_is_shown_twice():
    assert [name for name, times in Counter(SHOWN).items() if times > 1] == []


@pytest.mark.parametrize(("package", "names"), BLOCKS)
def test_what_is_shown_is_public(package, names):
    assert set(names) <= set(importlib.import_module(package).__all__)


def test_a_block_becomes_sphinxs_words():
    text = pages.with_references("```{public} tinygan.optim\nadam Schedule\n```\n")
    assert (
        text
        == "```{eval-rst}\n.. currentmodule:: tinygan.optim\n\n.. autoclass:: adam\n\n.. autodata:: Schedule\n\n```\n"
    )
    assert pages.with_references("```{public} tinygan.functional\ntanh\n```").count(".. autofunction:: tanh") == 1
    assert inspect.isfunction(importlib.import_module("tinygan.functional").tanh)


def test_the_commands_are_all_there():
    text = pages.with_commands("```{commands}\n```")
    assert text.count("## tinygan ") == len(importlib.import_module("tinygan.cli.commands").cli.commands)
    assert "## tinygan train" in text
    assert "--iterations" in text


def test_an_alias_of_a_type_of_python_belongs_to_its_own_module():
    """viewcode looks for the source of `NAME` in the module that is returned, or decides by itself for None."""
    assert pages.own_module(None, "tinygan.optim", "Schedule") == "tinygan.optim"
    assert pages.own_module(None, "tinygan.nn", "Dense") is None
    assert pages.own_module(None, "tinygan.nn", "no_such_name") is None
