"""The site: `sphinx-build -W -b html docs site`. With `-t fast` no tutorial is run, and no module has a page."""

import importlib.metadata
import os
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

import checks  # noqa: E402
import course  # noqa: E402
import docstrings  # noqa: E402
import pages  # noqa: E402

fast = tags.has("fast")  # noqa: F821
project = "tinygan"
release = importlib.metadata.version("tinygan")
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_gallery.gen_gallery",
    "mathml",
    *([] if fast else ["sphinx.ext.viewcode"]),
]
toc_object_entries = not fast
exclude_patterns = ["_ext", "_scripts", "tutorials/*.ipynb", "tutorials/*.py"]
highlight_language = "text"  # of a block that names none: a command, or what one prints

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "tinygan"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_math_renderer = "mathml"
html_copy_source = False

autodoc_default_options = {"members": True, "member-order": "bysource", "no-value": True}
autodoc_typehints = "none"
autodoc_preserve_defaults = True

os.environ.pop("TINYGAN_PICTURES", None)  # a tutorial leaves its pictures in the folder in which it runs
course.write_scripts(DOCS.parent / "tutorials", DOCS / "_scripts")
pages.write_sources(DOCS)
sphinx_gallery_conf = {
    "examples_dirs": "_scripts",
    "gallery_dirs": "tutorials",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "image_scrapers": (course.Pictures(DOCS / "_scripts"),),
    "reset_modules": (),
    "abort_on_example_error": True,
    "show_signature": False,
    "show_memory": False,
    "min_reported_time": 10**6,
    "write_computation_times": False,
    "download_all_examples": False,
    "reference_url": {"tinygan": None},
    "plot_gallery": not fast,
}


def read_page(app: Sphinx, page: str, text: list[str]) -> None:
    """Turns a Markdown page of the repository into one of the site."""
    if app.env.doc2path(page).suffix == ".md":
        text[0] = pages.with_commands(pages.with_references(pages.with_site_links(text[0], DOCS, page)))


def read_docstring(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Writes a docstring as reST."""
    if what == "data":
        *package, short = name.split(".")
        lines[:] = docstrings.assignment(DOCS.parent.joinpath(*package), short)
    else:
        lines[:] = docstrings.as_rest(lines)


def read_signature(
    app: Sphinx, what: str, name: str, thing: object, options: object, signature: str | None, returns: str | None
) -> tuple[str, str | None] | None:
    """The signature that a caller sees of a primitive: the decorator hands it `xp`."""
    if signature and signature.startswith("(xp, ") and hasattr(thing, "__wrapped__"):
        return signature.replace("xp, ", "", 1), returns
    return None


def skip_field(app: Sphinx, what: str, name: str, thing: object, skipped: bool, options: object) -> bool | None:
    """Leaves out the fields of a NamedTuple, of which Python says "Alias for field number 0"."""
    return True if (getattr(thing, "__doc__", None) or "").startswith("Alias for field number") else None


def check_reference(app: Sphinx, env: BuildEnvironment) -> None:
    """Warns of each public name that the reference leaves out."""
    documented = [name for name, *_ in env.get_domain("py").get_objects()]
    for name in checks.missing(documented, DOCS.parent / "tinygan"):
        logging.getLogger(__name__).warning("%s is public, and no page of docs/reference/ has it", name)


def check_pages(app: Sphinx, failure: Exception | None) -> None:
    """Warns of requests to other hosts and of broken links in what was built."""
    if failure is None and app.builder.name == "html":
        for line in checks.foreign_requests(Path(app.outdir)) + checks.broken_links(Path(app.outdir)):
            logging.getLogger(__name__).warning("%s", line)


def setup(app: Sphinx) -> None:
    app.connect("source-read", read_page)
    app.connect("autodoc-process-docstring", read_docstring)
    app.connect("autodoc-process-signature", read_signature)
    app.connect("autodoc-skip-member", skip_field)
    app.connect("env-check-consistency", check_reference)
    if not fast:
        app.connect("viewcode-follow-imported", pages.own_module)
    app.connect("build-finished", check_pages, priority=900)
