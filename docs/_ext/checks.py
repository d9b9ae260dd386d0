"""What must hold for the site: nothing public is missing, no request goes to another host, no link is broken."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

NO_ASSETS = {
    "canonical",
    "next",
    "prev",
    "search",
    "author",
    "license",
    "index",
}  # kinds of <link> that are not fetched
ASSETS = {"src", "poster", "data"}  # attributes whose addresses a browser fetches by itself
IN_SRCSET = re.compile(r"(?:^|,\s)\s*(\S+?)(?=,?\s|$)")  # "a.png, b.png 2x"
IN_CSS = re.compile(r"""url\(\s*['"]?((?:https?:)?//[^'")\s]+)|@import\s+['"]((?:https?:)?//[^'"]+)""")
IN_SCRIPT = re.compile(
    r"""(?:fetch|import|importScripts|open|\.src\s*=|\.href\s*=|Worker)\s*\(?\s*(?:['"]\w+['"],\s*)?['"`]((?:https?:)?//[^'"`]+)"""
)


def public_names(package: Path) -> Iterator[str]:
    """The full names in `__all__` of each __init__.py, read without importing it."""
    for file in sorted(package.rglob("__init__.py")):
        module = ".".join(file.parent.relative_to(package.parent).parts)
        for line in ast.parse(file.read_text()).body:
            if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "__all__":
                yield from (f"{module}.{name}" for name in ast.literal_eval(line.value))


def missing(documented: Iterable[str], package: Path) -> list[str]:
    """The public names that the reference leaves out. Names with two underscores are Python's, not ours."""
    have = set(documented)
    return [name for name in public_names(package) if name not in have and not name.endswith("__")]


@cache
def parsed(file: Path) -> "Page":
    """A page that both checks read, which takes longest."""
    return Page(file.read_text(errors="replace"))


class Page(HTMLParser):
    """The addresses in a page: those that a browser fetches by itself, those of its links, and its anchors."""

    def __init__(self, text: str):
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        self.fetched += [values[key] for key in ASSETS & values.keys()]
        self.fetched += IN_SRCSET.findall(values.get("srcset", ""))
        if tag == "link" and not NO_ASSETS & set(values.get("rel", "").split()):
            self.fetched.append(values.get("href", ""))
        elif "href" in values:
            self.links.append(values["href"])


def foreign_in_css(text: str) -> list[str]:
    """The addresses on other hosts that a style sheet fetches."""
    return [a or b for a, b in IN_CSS.findall(text)]


def foreign_requests(site: Path) -> list[str]:
    """A line for each address on another host that a page, a style sheet or a script would fetch."""
    lines = []
    for file in sorted(site.rglob("*")):
        if file.suffix not in (".html", ".css", ".js", ".svg"):
            continue
        text = file.read_text(errors="replace")
        found: list[str] = []
        if file.suffix in (".html", ".svg"):
            found += [address for address in parsed(file).fetched if urlsplit(address).netloc]
        if file.suffix in (".html", ".css", ".svg"):
            found += foreign_in_css(text)
        if file.suffix in (".html", ".js"):
            found += IN_SCRIPT.findall(text)
        lines += [f"{file.relative_to(site)} asks another host for {address}" for address in found]
    return list(dict.fromkeys(lines))


def broken_links(site: Path) -> list[str]:
    """A line for each link of a page to a file or an anchor of the site that is not there."""
    pages = {file.resolve(): parsed(file) for file in sorted(site.rglob("*.html"))}
    lines = []
    for file, page in pages.items():
        for address in [*page.links, *page.fetched]:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not address:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchor = unquote(parts.fragment)
            if not target.exists():
                lines.append(f"{file.relative_to(site.resolve())} links to {address}, which is not there")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                lines.append(f"{file.relative_to(site.resolve())} links to {address}, and that page has no such place")
    return list(dict.fromkeys(lines))
