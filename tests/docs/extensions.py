"""The modules of docs/_ext/, which are no package: Sphinx imports them from their folder."""

import importlib.util
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"


def extension(name: str) -> ModuleType:
    """docs/_ext/NAME.py as a module. None that is loaded here needs Sphinx."""
    spec = importlib.util.spec_from_file_location(f"docs_ext_{name}", DOCS / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
