"""Turns the Markdown of docs/, which is written for a reader of the repository, into pages of the site."""

import importlib
import inspect
import re
from pathlib import Path

import click

LINK = re.compile(r"\]\(((?:\.\./)+)([^)#]+)\)")
MENTION = re.compile(r"(?<!\[)`((?:tinygan|tutorials|tests)/[\w./]+\.py)`|\btutorial (\d\d)\b")
COMMANDS = "```{commands}\n```"
PUBLIC = re.compile(r"^```{public} (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def source_page(path: Path, repository: Path) -> Path:
    """The file that is shown for a linked one: of a package, its __init__.py."""
    file = repository / path
    return path / "__init__.py" if (file / "__init__.py").exists() else path


def mentioned(found: re.Match[str], repository: Path) -> Path | None:
    """The file that a page names as `tinygan/training.py` or as "tutorial 04", if there is such a file."""
    name = found[1] or next((f"tutorials/{file.name}" for file in repository.glob(f"tutorials/{found[2]}_*.py")), "")
    return Path(name) if name and (repository / name).is_file() else None


def site_page(path: Path, up: str, repository: Path) -> str:
    """Where the site shows a file of the repository: a tutorial on its own page, others as source."""
    if path.parts[0] == "tutorials":
        return f"{up}tutorials/{path.stem}.rst"
    return f"{up}source/{source_page(path, repository)}.rst"


def with_site_links(text: str, docs: Path, page: str) -> str:
    """The text with links to the site's page of each file outside docs/ that it links or names."""
    up = "../" * page.count("/")
    repository = docs.parent.resolve()

    def linked(found: re.Match[str]) -> str:
        target = (docs / page).parent.joinpath(found[1], found[2]).resolve().relative_to(repository)
        return found[0] if target.parts[0] == "docs" else f"]({site_page(target, up, repository)})"

    def named(found: re.Match[str]) -> str:
        path = mentioned(found, repository)
        return f"[{found[0]}]({site_page(path, up, repository)})" if path else found[0]

    return MENTION.sub(named, LINK.sub(linked, text))


def linked_files(docs: Path) -> set[Path]:
    """The files of the repository outside docs/ and tutorials/ that the pages of docs/ link or name."""
    repository = docs.parent.resolve()
    found = set()
    for page in docs.rglob("*.md"):
        text = page.read_text()
        for up, name in LINK.findall(text):
            found.add(page.parent.joinpath(up, name).resolve().relative_to(repository))
        found |= {path for match in MENTION.finditer(text) if (path := mentioned(match, repository))}
    return {source_page(path, repository) for path in found if path.parts[0] not in ("docs", "tutorials")}


def write_sources(docs: Path) -> None:
    """Fills docs/source with a page for each file that is linked; raises FileNotFoundError if there is no such file."""
    wanted = {docs / "source" / f"{path}.rst": path for path in linked_files(docs)}
    for old in (docs / "source").rglob("*.rst"):
        if old not in wanted:
            old.unlink()
    for page, path in wanted.items():
        if not (docs.parent / path).is_file():
            raise FileNotFoundError(f"docs/ links to {path}, and there is no such file")
        page.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * len(page.relative_to(docs).parts)
        title = str(path)
        language = "python" if path.suffix == ".py" else "text"
        text = f":orphan:\n\n{title}\n{'=' * len(title)}\n\n.. literalinclude:: {up}{path}\n   :language: {language}\n"
        if not page.exists() or page.read_text() != text:
            page.write_text(text)


def with_references(text: str) -> str:
    """Each block ```{public} PACKAGE with the names under it becomes the reference of these names."""

    def described(found: re.Match[str]) -> str:
        lines = [f".. currentmodule:: {found[1]}", ""]
        for name in found[2].split():
            lines += [f".. auto{kind(getattr(importlib.import_module(found[1]), name))}:: {name}", ""]
        return "\n".join(["```{eval-rst}", *lines, "```"])

    return PUBLIC.sub(described, text)


def own_module(app: object, module: str, name: str) -> str | None:
    """For viewcode: an alias such as dict[str, Array] belongs to the module that names it, not to `builtins`."""
    thing = getattr(importlib.import_module(module), name, None)
    return None if getattr(thing, "__module__", "tinygan").startswith("tinygan") else module


def kind(thing: object) -> str:
    """Sphinx's word for it: class, function or data."""
    if inspect.isclass(thing) and not hasattr(thing, "__origin__"):
        return "class"
    return "function" if inspect.isroutine(thing) else "data"


def with_commands(text: str) -> str:
    """The block ```{commands} becomes the help of each command of the package."""
    if COMMANDS not in text:
        return text
    from tinygan.cli.commands import cli

    group = click.Context(cli, info_name="tinygan")
    lines = []
    for name in cli.list_commands(group):
        command = cli.get_command(group, name)
        help_text = command.get_help(click.Context(command, group, info_name=name, max_content_width=100))
        lines += [f"## tinygan {name}", "", "```text", help_text, "```", ""]
    return text.replace(COMMANDS, "\n".join(lines))
