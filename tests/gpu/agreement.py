"""How long two runs of one seed agree: python tests/gpu/agreement.py RUN OTHER, each the folder of a run.

Rounding differs between NumPy and a GPU, and a game amplifies it: the losses agree to fewer digits the longer it goes
on. What is printed is how far; what is demanded is the first iteration alone.
"""

import sys
from math import inf, log10
from pathlib import Path

from tinygan.observers.history import read

FIRST = 3  # digits of the losses of the first iteration that have to agree


def digits(a: float, b: float) -> float:
    """The significant digits that two numbers share: -log10 of their relative difference.

    >>> digits(0.999, 1.0), digits(2.0, 2.0)
    (2.99..., inf)
    """
    return inf if a == b else -log10(abs(a - b) / max(abs(a), abs(b)))


def agreement(one: Path, other: Path) -> dict[int, float]:
    """By iteration that both histories have: the digits to which all losses agree."""
    histories = [{record["iteration"]: record for record in read(run / "history.jsonl")} for run in (one, other)]
    first, second = histories
    return {
        i: min(digits(first[i][key], second[i][key]) for key in first[i] if key.startswith("loss/"))
        for i in sorted(first.keys() & second.keys())
    }


def main(one: Path, other: Path) -> int:
    """Print for each number of digits up to which iteration the losses agree; 1 if they never do."""
    found = agreement(one, other)
    if not found:
        print(f"{one} and {other} have no iteration in common")
        return 1
    first, *_, last = (*found, *found)
    print(f"{len(found)} iterations that both have recorded, {first} to {last}; losses agree to")
    for wanted in range(7, 0, -1):
        until = next((i for i, shared in found.items() if shared < wanted), None)
        reached = "in all" if until is None else "in none" if until == first else f"before iteration {until}"
        print(f"  {wanted} digits {reached}")
    print(f"  {found[first]:.1f} digits in iteration {first}, {found[last]:.1f} in iteration {last}")
    return int(found[first] < FIRST)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
