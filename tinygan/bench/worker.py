"""The process of a contestant, `python -m tinygan.bench.worker`: reads a request a line, writes a reply a line.

    {"make": ["module:function", [arguments]]}   {}
    {"run": n}                                   {"seconds": of all n, "losses": [[...], ...]}
    {"products": n}                              {"flops": of one iteration, "share": of its seconds}
    {"memory": true}                             {"peak": bytes, "growth": bytes}

The reply to a request that failed is {"error": "one line"}.
"""

import importlib
import json
import statistics
import sys
import time
from typing import Any

from tinygan.bench import memory
from tinygan.bench.contestants import Contestant
from tinygan.errors import TinyganError
from tinygan.profile import recorded


class Worker:
    """A contestant, and the memory that the process had when it was made."""

    def make(self, target: list[Any]) -> dict[str, Any]:
        """Makes the contestant of `target`, ['module:function', arguments]."""
        (module, function), arguments = target[0].split(":"), target[1]
        self.contestant: Contestant = getattr(importlib.import_module(module), function)(*arguments)
        self.before = memory.watch()
        return {}

    def run(self, n: int) -> dict[str, Any]:
        """Runs n iterations: their seconds together, and the losses of each."""
        iterate, settle = self.contestant
        began = time.perf_counter()
        losses = [iterate() for _ in range(n)]
        settle()
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "losses": [[float(loss) for loss in each] for each in losses]}

    def products(self, n: int) -> dict[str, Any]:
        """The matrix products of one iteration of ours: operations, and their share of its seconds, a median of n."""
        iterate, settle = self.contestant
        shares = []
        for _ in range(n):
            with recorded(settle) as profile:
                iterate()
            shares.append(profile.gemm.seconds / profile.seconds)
        return {"flops": profile.gemm.flops, "share": statistics.median(shares)}

    def memory(self, _: Any) -> dict[str, Any]:
        """The peak of the resident memory, and its growth since the contestant was made."""
        peak = memory.peak()
        return {"peak": peak, "growth": peak - self.before}


def answer(worker: Worker, line: str) -> dict[str, Any]:
    """The reply to one request."""
    [(request, argument)] = json.loads(line).items()
    try:
        return getattr(worker, request)(argument)
    except (TinyganError, ImportError, MemoryError, RuntimeError) as error:
        words = Exception.__str__(error) or type(error).__name__
        return {"error": " ".join(words.split())}


def main() -> None:
    """Answers requests until standard input ends."""
    replies, sys.stdout = sys.stdout, sys.stderr  # a framework's own prints are no replies
    worker = Worker()
    for line in sys.stdin:
        print(json.dumps(answer(worker, line)), file=replies, flush=True)


if __name__ == "__main__":
    main()
