"""tinygan export: the generator of a run, or its D, in the file of another program."""

import json
from pathlib import Path
from typing import Any

import click

from tinygan import __version__, configuration, disk, nn
from tinygan.cli.options import Place
from tinygan.cli.terminal import Terminal
from tinygan.errors import SettingError
from tinygan.folder import expect_no_part
from tinygan.recipes import Run

ENDINGS = {"safetensors": ".safetensors", "onnx": ".onnx"}
ROWS = 2  # of the inputs that show the shapes


@click.command(short_help="Write the generator of a run for other programs.")
@click.argument("run", type=Place())
@click.option("--to", "kind", type=click.Choice(list(ENDINGS)), required=True, help="Of the file.")
@click.option("--network", type=click.Choice(["G", "D"]), default="G", show_default=True, help="Which player.")
@click.option("--out", type=Place(), help="The file (default: RUN/G.safetensors, for example).")
def export(run: str, kind: str, network: str, out: str | None) -> None:
    """Write the network of RUN, the folder of a run, to a file: the G that `tinygan sample` uses.

    safetensors: its weights with PyTorch's names and layouts. onnx: G as a graph, with inputs z, labels and codes.
    """
    folder = Path(run).parent if Path(run).is_file() else Path(run)
    path = Path(out) if out else folder / f"{network}{ENDINGS[kind]}"
    if path.suffix != ENDINGS[kind]:
        raise SettingError(f"--out expects a file that ends in {ENDINGS[kind]}, got {out!r}")
    expect_no_part(path)
    disk.expect_writable(path)
    trained, _ = Run.load(run, backend="numpy", with_data=False)
    about = words_about(trained, network)
    terminal = Terminal()
    if kind == "onnx":
        if network == "D":
            raise SettingError("--to onnx writes G alone; leave out --network, or write D to safetensors")
        from tinygan.export.onnx import model_of

        model = model_of(trained.generator(), nn.part(trained.shown_z, 0, ROWS), about)
        with disk.atomic(path) as file:
            file.write(model.SerializeToString())
        inputs, outputs = (", ".join(each.name for each in part) for part in (model.graph.input, model.graph.output))
        terminal.unbroken(f"G from {inputs} to {outputs}: {path}")
        return
    from tinygan.export import safetensors

    count = safetensors.write(path, *shown(trained, network), about)
    terminal.unbroken(f"{count} arrays of {network}: {path}")


def shown(trained: Run, network: str) -> tuple[Any, Any]:
    """(the evaluated network, some of its inputs).   D's are made by G, so that the training data are not needed."""
    z = nn.part(trained.shown_z, 0, ROWS)
    G = trained.generator()
    return (G, z) if network == "G" else (trained.discriminator(), G(z))


def words_about(trained: Run, network: str) -> dict[str, str]:
    """What the file says about itself: strings, as both formats keep."""
    config = json.dumps(configuration.portable(trained.config()))
    about = {"made_by": f"tinygan {__version__}", "network": network, "iteration": str(trained.iteration)}
    return {**about, "config": config}
