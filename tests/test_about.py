"""The files beside the package agree with it: versions, commands, paths and links."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_newest_changes_are_those_of_this_version():
    assert re.findall(r"^## \[([^\]]+)\]", text("CHANGELOG.md"), re.MULTILINE)[0] == PROJECT["version"]
    kinds = re.findall(r"^### (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_citation_is_of_this_version_and_names_the_authors_of_the_licence():
    facts = dict(re.findall(r"^(?:  - )?([a-z-]+): (.+)$", text("CITATION.cff"), re.MULTILINE))
    assert (facts["cff-version"], facts["version"], facts["license"]) == (
        "1.2.0",
        PROJECT["version"],
        PROJECT["license"],
    )
    assert re.search(r"Copyright \(c\) \d+ (.+)", text("LICENSE"))[1] == facts["name"]


def test_the_four_commands_are_those_that_must_pass():
    """CI runs the same, but for an environment and a folder of its own."""
    blocks = re.findall(r"^```\n(.*?)\n```", text("CONTRIBUTING.md"), re.MULTILINE | re.DOTALL)
    install, *others = blocks
    assert len(blocks) == 4
    assert set(re.search(r"\[(.*)\]", install)[1].split(",")) <= PROJECT["optional-dependencies"].keys()
    commands = [command for block in others for command in block.split(" && ")]
    lines = text(".ci/run").replace(" -q", "").replace(" -j 2", "").replace('"$work/site"', "site").splitlines()
    assert [command for command in commands if command not in lines] == []


@pytest.mark.parametrize("name", PAGES)
def test_its_links_and_paths_lead_somewhere(name):
    links = re.findall(r"\]\((?!https?://)([^)#\s]+)", text(name))
    paths = re.findall(r"`((?:tinygan|tests|docs|tutorials|\.ci)/[\w./-]*)`", text(name))
    assert [path for path in (*links, *paths) if not (ROOT / path).exists()] == []
    assert links
