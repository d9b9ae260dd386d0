"""tinygan train: Algorithm 1 on a recipe, watched, saved, and never lost."""

import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
import numpy as np
import tomli_w
from rich.console import Console

from tinygan import checkpoint, nn
from tinygan.cli.options import describes_a_run, new_run
from tinygan.data import Images
from tinygan.disk import atomic
from tinygan.errors import Diverged, Interrupted, RunError, SettingError
from tinygan.folder import claimed, expect_empty, fresh
from tinygan.observers import Observer
from tinygan.observers.checkpoints import Checkpoints
from tinygan.observers.console import Live
from tinygan.observers.curves import Curves
from tinygan.observers.history import History
from tinygan.observers.pictures import Pictures
from tinygan.observers.portrait import SAMPLES, portrait
from tinygan.recipes import Run
from tinygan.recipes.run import threads

RUNS = Path("runs")


@click.command(short_help="Train a generator; by default, of digits.")
@describes_a_run
@click.option("--iterations", type=click.IntRange(1), help="Iterations of Algorithm 1.")
@click.option("--out", type=click.Path(), help="Folder of the run (default: runs/RECIPE-DATA).")
@click.option(
    "--resume", is_flag=False, flag_value="", metavar="[RUN]", help="Go on with a run: RUN, or --out, or the newest."
)
def train(resume: str | None, out: str | None, **given: Any) -> int:
    """Train a generator: RECIPE is one of `tinygan recipes`; by default digits in about two minutes."""
    console = Console(highlight=False)
    if resume and out:
        raise SettingError(f"--resume {resume} names the run already; leave out --out")
    if resume is not None:
        folder = Path(resume or out or _newest())
        if not (folder / "checkpoint.npz").exists():
            raise RunError(f"no checkpoint at {folder / 'checkpoint.npz'}")
    else:
        run = new_run(given)
        folder = _folder(run, out)
    with claimed(folder):
        if resume is not None:
            run = _resumed(folder, given)
        else:
            _expect_new(folder)
        run.save(folder / "checkpoint.npz")  # first of all: it makes the folder a run's, which can be resumed
        with atomic(folder / "config.toml") as file:
            tomli_w.dump(run.config(), file)
        _describe(run, folder, console)
        return _follow(run, folder, console)


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
    """Where a new run goes: never where another is, nor among the files of somebody else."""
    if out is None:
        return fresh(RUNS / f"{run.recipe.name}-{run.recipe.data}")
    folder = Path(out)
    if not out or (folder.exists() and not folder.is_dir()):
        raise SettingError(f"--out names a folder, got {out!r}" + (", a file" if out else ""))
    _expect_new(folder)
    return folder


def _expect_new(folder: Path) -> None:
    """Raises SettingError if there is a run in `folder`, or anything else."""
    if (folder / "checkpoint.npz").exists():
        raise SettingError(f"{folder} holds a run; go on with it by --resume {folder}, or choose another --out")
    expect_empty(folder)


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
        networks = run.generator(), nn.frozen(run.D)
        return portrait(run.source, *networks, run.objective, run.shown_z, many_z, run.backend.asarray, title)

    kept = folder / "checkpoint.npz"
    history = History(folder / "history.jsonl", run.recipe.record_every, run.iteration)
    live = Live(console, run.recipe.iterations, lambda: history.latest, run.iteration)
    checkpoints = Checkpoints(lambda: run.save(kept))
    pictures = Pictures(folder, run.recipe.sample_every, draw, run.iteration)
    curves = Curves(history.path, folder / "curves.png", run.objective.says)
    observers: list[Observer] = [history, checkpoints, pictures, curves]
    quiet = np.errstate(over="ignore", invalid="ignore")  # History says in one line when a run diverges
    diverged = None
    with _CtrlC() as interrupted, quiet:
        try:
            for step in run.steps():
                for observe in (*observers, live):
                    observe(step)
                if step.last and interrupted():
                    break
            checkpoints.close()
        except Diverged as error:
            diverged = error
            run.restore(*checkpoint.load(kept))
        finally:
            live.close()
        for observe in (history, pictures, curves):
            observe.close()
    if diverged:
        raise Diverged(
            f"{diverged}. {folder} keeps the checkpoint of iteration {run.iteration}, and history and film to the end"
        )
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
