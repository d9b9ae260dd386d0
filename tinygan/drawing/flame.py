"""A profile as a tree of nested calls, and the tree as a picture of one average iteration (a flame graph)."""

from dataclasses import dataclass, field
from typing import Any

from tinygan.drawing.symbols import COLOURS
from tinygan.profile import Profile

INK = {"block": "0.5", "D step": COLOURS["D"], "G step": COLOURS["G"]}
PRODUCT = "tab:orange"
SHADES = (0.25, 0.7, 0.55, 0.42, 0.3, 0.2)  # of the layers, from the iteration down
WIDTH, LAYER = 13.0, 0.75  # inches of the picture, and of a layer


@dataclass
class Node:
    """The calls of one name and part in one context; `products` are the seconds of matrix products inside."""

    name: str
    part: str
    calls: int = 0
    seconds: float = 0.0
    products: float = 0.0
    children: dict[tuple[str, str], "Node"] = field(default_factory=dict)

    @property
    def own(self) -> float:
        """The seconds that are in no child."""
        return self.seconds - sum(child.seconds for child in self.children.values())


def tree(profile: Profile) -> Node:
    """The tree of a profile: spans with one name, part and parent are one node. The root is the block."""
    root = Node("", "")
    nodes: list[Node] = []
    for span in profile.spans:
        around = nodes[span.parent] if nodes else root
        node = around.children.setdefault((span.name, span.part), Node(span.name, span.part))
        node.calls, node.seconds = node.calls + 1, node.seconds + span.seconds
        nodes.append(node)
        index = len(nodes) - 1 if span.product else -1
        while index >= 0:
            nodes[index].products += span.seconds
            index = profile.spans[index].parent
    return nodes[0]


def flame(root: Node, iterations: int, title: str) -> Any:
    """A matplotlib figure of `root`, the tree of `iterations` iterations. The width of a box is its node's time.

    A box below another ran inside it; a gap is time in Python, or in NumPy outside primitives. The phases of
    Algorithm 1 keep their order, primitives are sorted by time, and matrix products are orange.
    """
    from matplotlib.figure import Figure

    layers, scale = _layers(root), 1e3 / iterations
    height = LAYER * layers + 1.2
    figure = Figure(figsize=(WIDTH, height))
    ax = figure.add_axes((0.015, 0.5 / height, 0.97, LAYER * layers / height))
    ax.set(xlim=(0, root.seconds * scale), ylim=(layers, 0), yticks=[], xlabel="ms in an average iteration")
    ax.spines[["top", "left", "right"]].set_visible(False)
    inches = 0.97 * WIDTH / root.seconds
    waiting = [(root, 0.0, 0, INK["block"])]
    while waiting:
        node, start, depth, ink = waiting.pop()
        ink = INK.get(node.name, ink)
        is_product = (node.name, node.part) == ("matrix_product", "forward")
        ax.barh(
            depth + 0.5,
            node.seconds * scale,
            left=start * scale,
            height=0.95,
            color=PRODUCT if is_product else ink,
            alpha=0.9 if is_product else SHADES[min(depth, len(SHADES) - 1)],
            edgecolor="white",
            linewidth=min(1.0, 10 * node.seconds * inches),  # wider edges would hide narrow boxes
        )
        text, style = _label(node, scale, node.seconds * inches)
        ax.text((start + node.seconds / 2) * scale, depth + 0.5, text, ha="center", va="center", **style)
        children = list(node.children.values())
        if any(child.part for child in children):
            children.sort(key=lambda child: -child.seconds)
        for child in children:
            waiting.append((child, start, depth + 1, ink))
            start += child.seconds
        if children and not node.part and node.own * inches > 0.7:
            text, middle = f"outside\nprimitives\n{_digits(node.own * scale)}", (start + node.own / 2) * scale
            ax.text(middle, depth + 1.5, text, ha="center", va="center", size=7, color="0.5")
    products = f"{root.products / root.seconds:.0%} of it in matrix products (orange)"
    heading = f"{title}: {_digits(root.seconds * scale)} ms per iteration, {products}"
    figure.text(0.015, 1 - 0.35 / height, heading, size=12, va="center")
    return figure


def _layers(node: Node) -> int:
    return 1 + max(map(_layers, node.children.values()), default=0)


def _digits(ms: float) -> str:
    return f"{ms:.3g}" if ms < 999.5 else f"{ms:.0f}"


def _label(node: Node, scale: float, inches: float) -> tuple[str, dict[str, Any]]:
    """The label of a box `inches` wide, and its style: the name and the milliseconds, as large as fits; or "".

    The label of a narrow box is vertical. The name of a gradient rule begins with ∂.
    """
    name = "iteration" if node.name == "block" else f"∂{node.name}" if node.part == "backward" else node.name
    broken = name.replace("_", "_\n")
    ms = _digits(node.seconds * scale)
    for rotation, across, along in ((0, inches, 0.9 * LAYER), (90, 0.9 * LAYER, inches)):
        for points in (8.5, 7.5, 6.5):
            for text in (f"{name}\n{ms}", f"{broken}\n{ms}", name):
                lines, em = text.split("\n"), points / 72
                if max(map(len, lines)) * 0.62 * em < across and len(lines) * 1.2 * em < along:
                    return text, {"size": points, "rotation": rotation}
    return "", {}
