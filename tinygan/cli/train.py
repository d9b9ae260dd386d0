"""tinygan train: Algorithm 1 on a recipe, watched, saved, and never lost."""

import itertools
import signal
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
import numpy as np
import tomli_w
from rich.console import Console

from tinygan import checkpoint, nn
from tinygan.backend import backend as find_backend
from tinygan.data import Images
from tinygan.errors import Interrupted, RunError, SettingError
from tinygan.observers import Observer
from tinygan.observers.checkpoints import Checkpoints
from tinygan.observers.console import Live
from tinygan.observers.curves import Curves
from tinygan.observers.history import History
from tinygan.observers.pictures import Pictures
from tinygan.observers.portrait import SAMPLES, portrait
from tinygan.recipes import DEFAULT, Run, find
from tinygan.recipes.run import threads

RUNS = Path("runs")
BACKENDS = click.Choice(["numpy", "cupy", "auto"])


@click.command(short_help="Train a generator; by default, of digits.")
@click.argument("recipe", required=False)
@click.option("--data", help="Data set; `tinygan data` lists them.")
@click.option("--data-dir", type=click.Path(), help="Folder of the data set's files.")
@click.option("--backend", type=BACKENDS, help="Where to compute (default: numpy).")
@click.option("--iterations", type=click.IntRange(1), help="Iterations of Algorithm 1.")
@click.option("--batch-size", type=click.IntRange(1), help="m, the examples in a minibatch.")
@click.option("--k", type=click.IntRange(1), help="Updates of D for one of G.")
@click.option("--seed", type=click.IntRange(0), help="Of all randomness (default: 0).")
@click.option("--out", type=click.Path(), help="Folder of the run (default: runs/RECIPE-DATA).")
@click.option(
    "--resume", is_flag=False, flag_value="", metavar="[RUN]", help="Go on with a run: RUN, or --out, or the newest."
)
@click.option("--config", type=click.Path(), help="TOML file with recipe, seed, ... and [settings], as runs keep it.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Change a setting of the recipe; repeatable."
)
def train(resume: str | None, out: str | None, **given: Any) -> int:
    """Train a generator: RECIPE is one of `tinygan recipes`; by default digits within two minutes."""
    console = Console(highlight=False)
    if resume and out:
        raise SettingError(f"--resume {resume} names the run already; leave out --out")
    if resume is not None:
        folder = Path(resume or out or _newest())
        run = _resumed(folder, given)
    else:
        run = _new(given)
        folder = _folder(run, out)
    with checkpoint.atomic(folder / "config.toml") as file:
        tomli_w.dump(run.config(), file)
    _describe(run, folder, console)
    return _follow(run, folder, console)


def _new(given: dict[str, Any]) -> Run:
    """The run that the command describes: the recipe, then --config, --set and the flags, later ones winning."""
    config = _read_config(Path(given["config"])) if given["config"] else {}
    chosen: dict[str, Any] = {"recipe": DEFAULT, "seed": 0, "backend": "numpy", "data_dir": None, "settings": {}}
    for key, kind in {"recipe": str, "seed": int, "backend": str, "data_dir": str, "settings": dict}.items():
        value = config.pop(key, chosen[key])
        if value is not None and type(value) is not kind:
            raise SettingError(f"{given['config']}: {key} is expected to be {_KINDS[kind]}, got {value!r}")
        chosen[key] = value if given.get(key) is None else given[key]
    settings = {**config, **chosen["settings"], **_assigned(given["assignments"]), **_flags(given)}
    recipe = find(chosen["recipe"]).changed(settings)
    if chosen["seed"] < 0:
        raise SettingError(f"seed is expected to be at least 0, got {chosen['seed']}")
    return Run(recipe, seed=chosen["seed"], backend=find_backend(chosen["backend"]), data_dir=chosen["data_dir"])


_KINDS = {str: "a word", int: "a whole number", dict: "a table"}


def _flags(given: dict[str, Any]) -> dict[str, Any]:
    """The settings that have a flag of their own."""
    named = {"data": given["data"], "iterations": given["iterations"], "m": given["batch_size"], "k": given["k"]}
    return {key: value for key, value in named.items() if value is not None}


def _read_config(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise SettingError(f"no configuration file at {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is not TOML: {error}") from None


def _assigned(assignments: tuple[str, ...]) -> dict[str, str]:
    """--set key=value, key=value, ... as a dict."""
    settings = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key:
            raise SettingError(f"--set expects KEY=VALUE, got {assignment!r}")
        settings[key.strip()] = value.strip()
    return settings


def _resumed(folder: Path, given: dict[str, Any]) -> Run:
    """The run kept in `folder`, as it stood; of its settings only `iterations` may change, and where it computes."""
    for key in ("recipe", "data", "batch_size", "k", "seed", "config"):
        if given[key] is not None:
            raise SettingError(
                f"a run is resumed with its own settings; leave out {key.replace('_', '-')}, or start a new run"
            )
    if given["assignments"]:
        raise SettingError("a run is resumed with its own settings; leave out --set, or start a new run")
    changes = {} if given["iterations"] is None else {"iterations": given["iterations"]}
    run, made_with = Run.load(folder, changes, backend=given["backend"], data_dir=given["data_dir"])
    if made_with != threads():
        click.echo(f"This run was made with {made_with} threads; with {threads()} its last bits may differ.", err=True)
    if run.iteration > run.recipe.iterations:
        raise SettingError(f"{folder} stands at iteration {run.iteration}, beyond --iterations {run.recipe.iterations}")
    return run


def _folder(run: Run, out: str | None) -> Path:
    """Where a new run goes: never where another is."""
    if out is not None:
        folder = Path(out)
        if not out or folder.is_file():
            raise SettingError(f"--out names a folder, got {out!r}" + (", a file" if out else ""))
        if (folder / "checkpoint.npz").exists():
            raise SettingError(f"{folder} holds a run; go on with it by --resume {folder}, or choose another --out")
        return folder
    stem = RUNS / f"{run.recipe.name}-{run.recipe.data}"
    numbered = (stem.with_name(f"{stem.name}-{n}") for n in itertools.count(2))
    return next(folder for folder in itertools.chain([stem], numbered) if not folder.exists())


def _newest() -> Path:
    kept = sorted(RUNS.glob("*/checkpoint.npz"), key=lambda path: path.stat().st_mtime)
    if not kept:
        raise RunError(f"no run to resume in {RUNS}/; name one: --resume RUN")
    return kept[-1].parent


def _describe(run: Run, folder: Path, console: Console) -> None:
    data = f"{len(run.source):,} images" if isinstance(run.source, Images) else "drawn afresh"
    console.print(f"[bold]{run.recipe.name}[/] ({run.recipe.paper}) on {run.recipe.data}, {data}", soft_wrap=True)
    console.print(
        f"G {nn.count(run.G):,} and D {nn.count(run.D):,} parameters, m = {run.recipe.m}, k = {run.recipe.k}, "
        f"seed {run.seed}, {run.backend.name}",
        soft_wrap=True,
    )
    console.print(f"pictures and checkpoints in {folder}", soft_wrap=True)


def _follow(run: Run, folder: Path, console: Console) -> int:
    """Run Algorithm 1 under the eyes of every observer; 0 at the end, 130 after Ctrl-C."""
    many_z = run.backend.asarray(run.prior.sample(SAMPLES, np.random.default_rng(run.seed)))

    def draw() -> Any:
        title = f"iteration {run.iteration}"
        return portrait(run.source, run.generator(), nn.frozen(run.D), run.shown_z, many_z, run.backend.asarray, title)

    def save() -> None:
        run.save(folder / "checkpoint.npz")

    save()  # what is interrupted before its first checkpoint can be resumed too
    history = History(folder / "history.jsonl", run.recipe.record_every, run.iteration)
    live = Live(console, run.recipe.iterations, lambda: history.latest, run.iteration)
    observers: list[Observer] = [
        history,
        Checkpoints(save),
        Pictures(folder, run.recipe.sample_every, draw, run.iteration),
        Curves(history.path, folder / "curves.png"),
    ]
    quiet = np.errstate(over="ignore", invalid="ignore")  # History says in one line when a run diverges
    with _CtrlC() as interrupted, quiet:
        try:
            for step in run.steps():
                for observe in (*observers, live):
                    observe(step)
                if step.player == "G" and interrupted():
                    break
        finally:
            live.close()
        for observe in observers:
            observe.close()
    if run.iteration < run.recipe.iterations:
        console.print(f"Stopped after iteration {run.iteration}; all is saved. Go on with:", soft_wrap=True)
        console.print(f"  tinygan train --resume {folder}", soft_wrap=True)
        return 130
    console.print(f"Done: {folder}/samples.png and film.gif. More samples: tinygan sample {folder}", soft_wrap=True)
    return 0


class _CtrlC:
    """While the block runs, the first Ctrl-C is noted, so that the step can finish; a second one interrupts."""

    def __init__(self) -> None:
        self.noted = False

    def __enter__(self) -> Callable[[], bool]:
        self.previous = signal.signal(signal.SIGINT, self._note)
        return lambda: self.noted

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.noted:
            raise Interrupted("interrupted in mid-step; go on from the last checkpoint with --resume")
        self.noted = True

    def __exit__(self, *_: Any) -> None:
        signal.signal(signal.SIGINT, self.previous)
