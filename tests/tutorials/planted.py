"""Runs a tutorial with a mutant planted, and prints the line of the tutorial that fails; nothing if none does.

python -m tests.tutorials.planted tutorials/07_dcgan.py "batch norm with epsilon 0.8"
"""

import ast
import sys
import traceback
from pathlib import Path

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS
from tinygan.errors import GradientError, SettingError, did_you_mean

USAGE = 'expected a tutorial and a mistake, as in tutorials/07_dcgan.py "batch norm with epsilon 0.8"'


def chosen(arguments: list[str]) -> tuple[Path, Mutant]:
    """The tutorial and the mutant that the command names. Raises SettingError if it names none."""
    if len(arguments) != 2:
        raise SettingError(f"{USAGE}; got {' '.join(map(repr, arguments)) or 'nothing'}")
    script, mistake = Path(arguments[0]), arguments[1]
    if not script.is_file():
        known = sorted(str(path) for path in Path("tutorials").glob("[0-9]*.py"))
        hint = did_you_mean(str(script), known) if known else "Start the command in the folder that has tutorials/."
        raise SettingError(f"No such tutorial {str(script)!r}. {hint}")
    by_name = {mutant.mistake: mutant for mutant in MUTANTS}
    if mistake not in by_name:
        raise SettingError(f"No such mistake {mistake!r}. {did_you_mean(mistake, by_name)}")
    return script, by_name[mistake]


def failing_line(script: Path, mutant: Mutant) -> str:
    """The line of the tutorial at which it stops with the mistake planted, "" if it comes to its end.

    What the tutorial imports is imported first: a module that is imported later would keep the mistake.
    """
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


def main(arguments: list[str]) -> int:
    try:
        script, mutant = chosen(arguments)
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    found = failing_line(script, mutant)
    print(f"fails: {found}" if found else "no line fails")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
