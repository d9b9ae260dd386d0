"""Writes cupy_api.json, the surface that the strict stand-in offers, from an installed CuPy; no GPU is needed.

    python tests/backends/read_cupy_api.py

Functions are read with inspect. A compiled method has no signature: it is asked about one keyword at a time, together
with a keyword that cannot exist, so that the call ends while it parses its arguments and nothing runs.
"""

import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np

# What inspect cannot tell: einsum checks its **kwargs itself, size is a builtin, reshape and transpose are variadic.
KNOWN = {"einsum": "*operands, dtype=..., optimize=...", "size": "a, axis=..."}
KNOWN_METHODS = {"reshape": "*shape, order=..., copy=...", "transpose": "*axes"}
BUFFERS = {"__buffer__", "__release_buffer__"}  # which Python lists from 3.12 on
KEYWORDS_OF_METHODS_ALONE = {"inplace", "max", "min", "slices", "type", "value"}


def parameters(function: Any) -> str:
    """The parameter list of a function, every default written as `...`."""
    signature = inspect.signature(function)
    plain = [
        p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else ...)
        for p in signature.parameters.values()
    ]
    return str(inspect.Signature(plain))[1:-1].replace("Ellipsis", "...")


def complaint(call: Any, *args: Any, **keywords: Any) -> str:
    """The message of the exception that a call ends in; empty if it returns."""
    try:
        call(*args, **keywords)
    except Exception as error:
        return str(error)
    return ""


def method_parameters(method: Any, candidates: set[str]) -> str:
    """The keywords that a compiled method knows, in their order."""

    def ask(keyword: str, *args: Any) -> str:
        return complaint(method, *args, **{keyword: None}, no_such_keyword=None)

    def position(keyword: str) -> int:
        return next(n for n in range(10) if "multiple values" in ask(keyword, *[None] * n))

    known = [keyword for keyword in candidates if "no_such_keyword" in ask(keyword)]
    return ", ".join(f"{keyword}=..." for keyword in sorted(known, key=position))


def surface(cupy: Any) -> dict[str, Any]:
    """Names and keywords of cupy, cupy.linalg, cupy.lib.stride_tricks and cupy.ndarray."""

    def array(dtype: str, size: int = 3) -> Any:
        if cupy.cuda.is_available():
            return cupy.zeros(size, dtype)
        nowhere = cupy.cuda.UnownedMemory(4096, 4096, None, 0)  # an address that is never read
        return cupy.ndarray(size, dtype, cupy.cuda.MemoryPointer(nowhere, 0))

    def scatters(ufunc: Any) -> str:
        """The dtypes that ufunc.at takes, as characters; without a GPU it fails for these too, for another reason."""
        if ufunc._scatter_op is None:
            return ""
        answers = {c: complaint(ufunc.at, array(c), array("i", 2), array(c, 2)) for c in "bBhHiIlLefd"}
        return "".join(c for c, answer in answers.items() if "support" not in answer)

    def same(name: str) -> bool:
        ours, theirs = getattr(cupy, name), getattr(np, name, NotImplemented)
        return ours is theirs or (isinstance(ours, float) and repr(ours) == repr(theirs))

    public = {name: getattr(cupy, name) for name in dir(cupy) if not name.startswith("_")}
    functions = {name: parameters(f) for name, f in public.items() if inspect.isfunction(f) or name == "matmul"}
    for path, module in {"linalg": cupy.linalg, "lib.stride_tricks": cupy.lib.stride_tricks}.items():
        found = {name: f for name, f in vars(module).items() if inspect.isfunction(f) and not name.startswith("_")}
        functions |= {f"{path}.{name}": parameters(f) for name, f in found.items()}
    keywords = {p for f in public.values() if inspect.isfunction(f) for p in inspect.signature(f).parameters}
    keywords |= KEYWORDS_OF_METHODS_ALONE
    kinds = {name: type(getattr(cupy.ndarray, name)).__name__ for name in dir(cupy.ndarray)}
    compiled = ("method_descriptor", "cython_function_or_method")
    methods = {name: getattr(array("f"), name) for name, kind in kinds.items() if kind in compiled and name[0] != "_"}
    return {
        "version": cupy.__version__,
        "same_as_numpy": [name for name in public if same(name)],
        "functions": dict(sorted((functions | KNOWN).items())),
        "ufuncs": {name: scatters(f) for name, f in public.items() if isinstance(f, cupy.ufunc)},
        "methods": {n: KNOWN_METHODS.get(n) or method_parameters(m, keywords) for n, m in methods.items()},
        "attributes": [name for name, kind in kinds.items() if kind == "getset_descriptor" and name[0] != "_"],
        "operators": [name for name in kinds if name.startswith("__") and name not in {*dir(object), *BUFFERS}],
    }


if __name__ == "__main__":
    import cupy

    text = json.dumps(surface(cupy), indent=0)
    Path(__file__).with_name("cupy_api.json").write_text(text + "\n", encoding="utf-8")
