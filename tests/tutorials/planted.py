"""Runs a tutorial with a mutant planted, and prints the line of the tutorial that fails; nothing if none does.

python -m tests.tutorials.planted tutorials/07_dcgan.py "batch norm with epsilon 0.8"
"""

import ast
import sys
import traceback
from pathlib import Path

from tests.mutants.table import MUTANTS
from tinygan.errors import GradientError


def failing_line(script: Path, mistake: str) -> str:
    """The line of the tutorial at which it stops with the mistake planted, "" if it comes to its end.

    What the tutorial imports is imported first: a module that is imported later would keep the mistake.
    """
    [mutant] = [mutant for mutant in MUTANTS if mutant.mistake == mistake]
    text = script.read_text()
    imports = [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), script, "exec"), {})
    try:
        with mutant.planted():
            exec(compile(text, script, "exec"), {"__name__": "__main__"})
    except (AssertionError, GradientError) as error:
        own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(script)]
        if not own:  # the mutant could not be planted
            raise
        return text.splitlines()[own[-1] - 1].strip()
    return ""


if __name__ == "__main__":
    found = failing_line(Path(sys.argv[1]), sys.argv[2])
    print(f"fails: {found}" if found else "no line fails")
