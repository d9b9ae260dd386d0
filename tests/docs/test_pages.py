"""The how-to pages run, the commands of the pages are commands, and links between pages lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.extensions import DOCS, extension
from tinygan.cli.commands import cli
from tinygan.recipes import find

pages = extension("pages")
WRITTEN = sorted([*DOCS.glob("*.md"), *(DOCS / "howto").glob("*.md"), *(DOCS / "reference").glob("*.md")])
HOWTO = [page for page in sorted((DOCS / "howto").glob("*.md")) if "```python" in page.read_text()]
PLACES = {
    "FILE.safetensors": "G.safetensors",
    "RUN": "runs/a",
    "RUN2": "runs/b",
    "DIR": "images",
    "FOLDER": "images",
    "NAME": "gan-1d",
}


def slug(heading):
    """The anchor of a heading, as GitHub and the site make it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def commands(page):
    """The command lines of a page: of its blocks, and in its text."""
    text = page.read_text().replace("\\\n", " ")
    for block in re.findall(r"^```(?:sh|bash)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("tinygan "))
    yield from re.findall(r"(?<!`)`(tinygan [^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


@pytest.mark.parametrize("page", HOWTO, ids=lambda page: page.stem)
def test_a_how_to_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL))
    for other in re.findall(r"^(?:import|from) (torch|onnx|onnxruntime|safetensors)\b", code, re.MULTILINE):
        pytest.importorskip(other)
    exec(compile(code, str(page), "exec"), {"__name__": "howto"})


@pytest.mark.parametrize(
    "name",
    [
        "failures",
        "lectures",
        "howto/data",
        "howto/gpu",
        "howto/resume",
        "howto/pictures",
        "howto/processes",
        "howto/other_programs",
    ],
)
def test_its_commands_are_commands(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("images").mkdir()
    found = list(commands(DOCS / f"{name}.md"))
    assert found
    for line in found:
        words = [PLACES.get(word, word) for word in shlex.split(line.replace("RUN/", "RUN "), comments=True)[1:]]
        command = cli.get_command(None, words[0])
        assert command, line
        arguments = [word for word in words[1:] if word != "config.toml"]
        if arguments and arguments[-1] == "runs/a" and arguments[-2:-1] == ["--config"]:
            continue
        command.make_parser(command.make_context("tinygan", [], resilient_parsing=True)).parse_args(list(arguments))
        settings = [arguments[i + 1].split("=") for i, word in enumerate(arguments) if word == "--set"]
        if words[0] == "train" and arguments and not arguments[0].startswith("-"):
            assert set(dict(settings)) <= set(find(arguments[0]).settings()), line


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(DOCS)))
def test_its_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in map(slug, re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)), target


def test_links_out_of_docs_become_pages_of_the_site():
    text = (
        "[a](../tutorials/04_algorithm_1.py), [b](../tinygan/nn/), [c](design.md), `tinygan/training.py`, tutorial 04"
    )
    assert pages.with_site_links(text, DOCS, "x.md") == (
        "[a](tutorials/04_algorithm_1.rst), [b](source/tinygan/nn/__init__.py.rst), [c](design.md), "
        "[`tinygan/training.py`](source/tinygan/training.py.rst), [tutorial 04](tutorials/04_algorithm_1.rst)"
    )
    assert pages.with_site_links("tutorial 99, `tinygan/no.py`", DOCS, "x.md") == "tutorial 99, `tinygan/no.py`"
    assert "](../source/" in pages.with_site_links("[l](../../tinygan/training.py)", DOCS, "howto/x.md")


def test_linked_files_have_a_page_and_others_lose_theirs(tmp_path):
    docs = tmp_path / "docs"
    for name, text in (
        ("docs/a.md", "[l](../LICENSE), `tinygan/x.py`"),
        ("docs/source/tinygan/old.py.rst", "old"),
        ("LICENSE", "MIT"),
        ("tinygan/x.py", "x = 1"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    pages.write_sources(docs)
    assert {str(page.relative_to(docs)) for page in docs.rglob("*.rst")} == {
        "source/LICENSE.rst",
        "source/tinygan/x.py.rst",
    }
    assert (docs / "source/tinygan/x.py.rst").read_text() == (
        ":orphan:\n\ntinygan/x.py\n============\n\n.. literalinclude:: ../../../tinygan/x.py\n   :language: python\n"
    )
    (docs / "a.md").write_text("[l](../NO)")
    with pytest.raises(FileNotFoundError, match=r"^docs/ links to NO, and there is no such file$"):
        pages.write_sources(docs)
