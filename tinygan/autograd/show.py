"""The recorded program (the tape) as text and as a picture."""

from typing import Any

from tinygan.autograd.differentiate import ancestors, between
from tinygan.autograd.tensor import Tensor


def show(y: Tensor, wrt: list[Tensor] | None = None, *, names: dict[str, Tensor] | None = None) -> None:
    """Print the program that computed y: see `listing`.

    >>> x, w = Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])
    >>> show((x @ w).sum(), wrt=[w], names={"x": x, "w": w})
    x  = leaf                                (1, 2)
    w  = leaf                                (2, 1)
    %2 = matrix_product(x, w)                (1, 1)  gradient to w
    %3 = sum(%2, axis=None, keepdims=False)  ()      gradient to %2
    """
    print(listing(y, wrt, names=names))


def listing(y: Tensor, wrt: list[Tensor] | None = None, *, names: dict[str, Tensor] | None = None) -> str:
    """The program that computed y, as text: each operation, its shape, and the arguments that get a gradient.

    wrt: the Tensors that gradients are taken of; by default every leaf.   names: names of Tensors, such as {"w": w}.
    """
    program, labels, on_path = _annotated(y, wrt, names)
    rows = []
    for t in program:
        flows = [labels[a.serial] for a in t.args if isinstance(a, Tensor) and a.serial in on_path]
        call = f"{t.op.__name__}({_arguments(t, labels)})" if t.op else "leaf"
        rows.append(
            (labels[t.serial], call, str(t.shape), f"gradient to {', '.join(dict.fromkeys(flows))}" if flows else "")
        )
    a, b, c = (max(len(row[i]) for row in rows) for i in range(3))
    return "\n".join(f"{row[0]:<{a}} = {row[1]:<{b}}  {row[2]:<{c}}  {row[3]}".rstrip() for row in rows)


def draw(y: Tensor, wrt: list[Tensor] | None = None, *, names: dict[str, Tensor] | None = None, ax: Any = None) -> Any:
    """The same program as a picture: a box for each Tensor, the result on top. Red arrows show the flow of gradients.

    Returns the matplotlib axes, which are made if `ax` is None.
    """
    import matplotlib.pyplot as plt

    program, labels, on_path = _annotated(y, wrt, names)
    depth: dict[int, int] = {}
    for t in program:
        depth[t.serial] = 1 + max((depth[a.serial] for a in t.args if isinstance(a, Tensor)), default=-1)
    rows = [[t for t in program if depth[t.serial] == d] for d in range(max(depth.values()) + 1)]
    place = {t.serial: (i - (len(row) - 1) / 2, d) for d, row in enumerate(rows) for i, t in enumerate(row)}

    if ax is None:
        ax = plt.figure(figsize=(2.2 * max(map(len, rows)) + 1, 0.9 * len(rows) + 1)).gca()
    for t in program:
        for a in t.args:
            if isinstance(a, Tensor):
                flows = a.serial in on_path and t.serial in on_path
                arrow = {"arrowstyle": "->", "color": "tab:red" if flows else "0.6", "shrinkA": 14, "shrinkB": 14}
                start, end = (place[t.serial], place[a.serial]) if flows else (place[a.serial], place[t.serial])
                ax.annotate("", xy=end, xytext=start, arrowprops=arrow)
        box = {"boxstyle": "round", "facecolor": "lightyellow" if t.op else "lightblue", "edgecolor": "0.4"}
        text = f"{labels[t.serial]} {t.op.__name__ if t.op else 'leaf'}\n{t.shape}"
        ax.text(*place[t.serial], text, ha="center", va="center", fontsize=8, bbox=box)
    columns = [x for x, _ in place.values()]
    ax.set(xlim=(min(columns) - 0.7, max(columns) + 0.7), ylim=(-0.7, len(rows) - 0.3))
    ax.axis("off")
    return ax


def _annotated(y: Tensor, wrt: Any, names: dict[str, Tensor] | None) -> tuple[list[Tensor], dict[int, str], set[int]]:
    """The program (oldest first), a label for each serial, and the serials on paths of gradients."""
    program = ancestors(y)
    chosen = {t.serial: name for name, t in (names or {}).items()}
    labels = chosen | {t.serial: chosen.get(t.serial, f"%{i}") for i, t in enumerate(program)}
    _, on_path = between(y, [t for t in program if t.op is None] if wrt is None else list(wrt))
    return program, labels, on_path


def _arguments(t: Tensor, labels: dict[int, str]) -> str:
    return ", ".join([*(_named(a, labels) for a in t.args), *(f"{k}={_named(v, labels)}" for k, v in t.static.items())])


def _named(value: Any, labels: dict[int, str]) -> str:
    """A Tensor by its label, an array by its shape, a list by its members; anything else as it is."""
    if isinstance(value, Tensor):
        return labels.get(value.serial, f"Tensor{value.shape}")  # a gradient may not depend on what it was taken of
    if isinstance(value, list):
        return f"[{', '.join(_named(member, labels) for member in value)}]"
    return f"array{value.shape}" if getattr(value, "shape", ()) else f"{value}"
