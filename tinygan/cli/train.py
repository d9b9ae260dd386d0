"""tinygan train: training of a recipe, with progress, pictures, history and checkpoints."""

from dataclasses import asdict
from functools import partial
from os.path import normpath
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from tinygan import checkpoint, configuration, nn
from tinygan.cli.folders import chosen, newest
from tinygan.cli.interrupts import interruptible
from tinygan.cli.options import Whole, describes_a_run, new_run, observed
from tinygan.cli.pictures import draws
from tinygan.cli.studies import kind_at
from tinygan.cli.terminal import Terminal, command
from tinygan.cli.together import asked_on_any
from tinygan.communicator import Communicator
from tinygan.disk import AnyPath
from tinygan.drawing.save import DPI
from tinygan.errors import Diverged, Interrupted, RunError, SettingError, TinyganError
from tinygan.folder import claimed, expect_empty
from tinygan.machine import threads
from tinygan.mpi import world
from tinygan.observers import Observer
from tinygan.observers.checkpoints import Checkpoints
from tinygan.observers.console import Live
from tinygan.observers.curves import Curves
from tinygan.observers.history import History
from tinygan.observers.oracle import Oracle
from tinygan.observers.pictures import Pictures
from tinygan.recipes import Run
from tinygan.recipes.oracle import oracle_of
from tinygan.recipes.portrait import many_z, picture_of
from tinygan.recipes.state import checkpoint_of
from tinygan.signals import deferred

RUNS = Path("runs")
STOPPING = "Stopping after this iteration; Ctrl-C again stops at once."
FINISHING = "Training has ended; the last picture, film and curves are being written. Ctrl-C again stops at once."


@click.command(short_help="Train a generator; by default, of digits.")
@describes_a_run
@click.option("--iterations", type=Whole(1), help="Iterations of Algorithm 1.")
@click.option("--out", type=click.Path(), help="Folder of the run (default: runs/RECIPE-DATA).")
@click.option(
    "--resume", is_flag=False, flag_value="", metavar="[RUN]", help="Go on with a run: RUN, or --out, or the newest."
)
@click.option("--oracle/--no-oracle", default=None, help="On points: record JS, W1 and D's gap, and draw D*.")
@draws
def train(
    resume: str | None, out: str | None, oracle: bool | None, format: str | None, dpi: int | None, **given: Any
) -> int:
    """Train a generator: RECIPE is one of `tinygan recipes`; by default digits in about two minutes.

    `mpiexec -n N tinygan train ...` trains the same run by N processes, each with a part of every minibatch.
    """
    terminal, ranks = Terminal(), world()
    if resume and out:
        raise SettingError(f"--resume {resume} names the run already; leave out --out")
    if resume is not None:
        folder = _run_at(resume or out or newest(RUNS, "checkpoint.npz", "run", "RUN"))
    if ranks.rank:  # rank 0 does all but training
        return _join(new_run(given, ranks) if resume is None else _resumed(folder, given, ranks))
    if resume is None:
        run = new_run(given, ranks)
        known = oracle_of(run) if observed(oracle, given["config"]) else None
        folder = chosen(out, RUNS / f"{run.recipe.name}-{run.recipe.data}", _expect_new)
    with claimed(folder):
        if resume is not None:
            run = _resumed(folder, given, ranks)
            known = oracle_of(run) if _goes_on_with(oracle, folder) else None
        else:
            _expect_new(folder)
        run.save(folder / "checkpoint.npz")  # before any other file, so that the folder can always be resumed
        configuration.write(folder / "config.toml", {**run.config(), **({"oracle": True} if known else {})})
        go_on = command("tinygan", "train", "--resume", folder)
        try:
            with interruptible(lambda: "Stopped at once. Go on from the last checkpoint with:", go_on):
                _describe(run, folder, terminal)
                for line in known.about() if known else ():
                    terminal.say(line)
                number, others = _follow(run, folder, terminal, known, format or "png", dpi or DPI)
        except Diverged:
            raise
        except RunError as error:  # a full disk, for example
            raise RunError(f"{error}; once that is mended, go on from the last checkpoint by {go_on}") from error
    if run.iteration < run.recipe.iterations:
        raise Interrupted(f"Stopped after iteration {run.iteration}; all is saved. Go on with:", number, go_on)
    _say_done(run, folder, terminal, others, format or "png")
    return 0


def _say_done(run: Run, folder: Path, terminal: Terminal, others: list[str], format: str) -> None:
    """Says what a finished run has left, and what can be made of it."""
    if run.recipe.iterations < run.recipe.record_every:
        terminal.say(f"no curves: the first record is that of iteration {run.recipe.record_every} (record_every)")
    pictures = ", ".join(f"{name}.{format}" for name in ("samples", *others))
    what, *then = _next(run, folder)
    terminal.unbroken(f"Done: {folder}/{pictures} and film.gif. {what}:")
    terminal.command(*then)


def _join(run: Run) -> int:
    """Trains with rank 0, which does all else."""
    with deferred() as asked:
        for step in run.steps():
            if step.last and asked_on_any(asked(), run.ranks):
                break
    return 0


def _next(run: Run, folder: Path) -> tuple[Any, ...]:
    """What can be made of a finished run, and the words of the command for it."""
    if run.source.domains is None:
        return "More samples", "tinygan", "sample", folder
    if run.source.has_images:
        return "Translations of a folder", "tinygan", "translate", folder, "FOLDER"
    return "Measures of its translations", "tinygan", "evaluate", folder


def _run_at(place: AnyPath) -> Path:
    """The folder of the run at `place`, that folder or its checkpoint.npz."""
    found = checkpoint_of(place)
    if found.name != "checkpoint.npz":
        raise SettingError(
            f"a run goes on from the checkpoint.npz in its folder, got {found}; copy that to such a name first"
        )
    return found.parent


def _resumed(folder: Path, given: dict[str, Any], ranks: Communicator) -> Run:
    """The run in `folder`. Of its settings only `iterations`, the backend and the folder of data may change."""
    if (folder / "outcome.json").exists():  # it holds the measures of this checkpoint
        whole = Path(normpath(folder / "../../.."))  # a comparison has runs/LABEL/SEED, an augmentation one level more
        whole = whole if (whole / "config.toml").exists() else Path(normpath(whole / ".."))
        try:
            study = kind_at(whole)
        except RunError:
            raise SettingError(
                f"{folder} holds an outcome.json, as a run of a comparison does: measures of this checkpoint; "
                "remove that file to go on with the run"
            ) from None
        go_on = command("tinygan", study.command, "--resume", whole)
        what = configuration.with_article(study.kind)
        raise SettingError(f"{folder} holds an outcome.json: it is a run of {what}; go on with that by {go_on}")
    for key in ("recipe", "data", "batch_size", "k", "labels", "seed", "config"):
        if given[key] is not None:
            raise SettingError(
                f"a run is resumed with its own settings; leave out {key.replace('_', '-')}, or start a new run"
            )
    if given["assignments"]:
        raise SettingError("a run is resumed with its own settings; leave out --set, or start a new run")
    changes = {} if given["iterations"] is None else {"iterations": given["iterations"]}
    run, made_with = Run.load(folder, changes, backend=given["backend"], data_dir=given["data_dir"], ranks=ranks)
    kept = {key: value for key, value in asdict(run.recipe).items() if key not in changes}
    _say_edited(folder / "config.toml", kept)
    if made_with != threads():
        click.echo(f"This run was made with {made_with} threads; with {threads()} its last bits may differ.", err=True)
    if run.iteration > run.recipe.iterations:
        raise SettingError(f"{folder} stands at iteration {run.iteration}, beyond --iterations {run.recipe.iterations}")
    return run.tried() if ranks.size > 1 and run.iteration < run.recipe.iterations else run


def _say_edited(path: Path, expected: dict[str, Any]) -> None:
    """Prints a warning if config.toml has other settings than expected, which are lost when it is written again."""
    try:
        settings = configuration.read(path).get("settings", {}) if path.exists() else expected
    except TinyganError as error:
        click.echo(f"{error}; it is written anew, with the settings that the checkpoint has", err=True)
        return
    if differ := [
        key for key, value in expected.items() if not isinstance(settings, dict) or settings.get(key) != value
    ]:
        click.echo(f"{path} has other settings than the checkpoint, which hold: {', '.join(differ)}", err=True)


def _goes_on_with(oracle: bool | None, folder: Path) -> bool:
    """Whether a resumed run has an oracle: as the flag says or, without a flag, as its config.toml says."""
    path = folder / "config.toml"
    try:
        configuration.read(path)
    except (TinyganError, FileNotFoundError):  # `_say_edited` has said it
        return bool(oracle)
    try:
        return observed(oracle, path)
    except SettingError as error:
        click.echo(f"{error}; the run goes on without an oracle", err=True)
        return False


def _expect_new(folder: Path) -> None:
    """Raises SettingError if `folder` holds a run, or anything else."""
    if (folder / "checkpoint.npz").exists():
        again = command("--resume", folder)
        raise SettingError(f"{folder} holds a run; go on with it by {again}, or choose another --out")
    expect_empty(folder)


def _describe(run: Run, folder: Path, terminal: Terminal) -> None:
    about = f" ({run.recipe.paper}) on {run.recipe.data}: {run.source.describe()}"
    terminal.say(Text.assemble((run.recipe.name, "bold"), about))
    alone = run.D is None
    others, turns = ("", "") if alone else (f" and D {nn.count(run.D):,}", f", k = {run.recipe.k}")
    terminal.say(
        f"G {nn.count(run.G):,}{others} parameters, m = {run.recipe.m}{turns}, seed {run.seed}, {run.backend.name}"
        f"{f', {run.ranks.size} processes' if run.ranks.size > 1 else ''}"
    )
    terminal.unbroken(f"pictures and checkpoints in {folder}")


def _follow(
    run: Run, folder: Path, terminal: Terminal, known: Oracle | None, format: str, dpi: int
) -> tuple[int, list[str]]:
    """Trains with all observers; returns the number of the signal that stopped the training, or 0, and the names of the
    recipe's own pictures.

    format, dpi: of the last picture of samples, and of the curves; both are written as png too.
    """
    z = run.shown_z if run.source.has_images else many_z(run)
    title = f"{run.recipe.name} on {run.recipe.data}, seed {run.seed}"

    def recorded(iteration: int) -> dict[str, float]:
        return {**run.recipe.recorded(run, iteration), **(known(iteration) if known else {})}

    history = History(folder / "history.jsonl", run.recipe.record_every, run.iteration, recorded)
    live = Live(
        terminal,
        run.recipe.iterations,
        lambda: history.latest,
        run.iteration,
        examples=run.recipe.m if run.ranks.size > 1 else 0,
    )

    def draw(dpi: int) -> Any:
        return picture_of(run, z, f"iteration {run.iteration:,}", dpi, known.optimal() if known else None)

    more = partial(run.recipe.pictures, run)
    pictures = Pictures(folder, run.recipe.sample_every, draw, run.iteration, format, dpi, more)
    curves = [
        Curves(history.path, path, run.output, title, lambda: history.latest, dpi, run.at_equilibrium())
        for path in dict.fromkeys((folder / "curves.png", folder / f"curves.{format}"))
    ]
    try:
        return _steps(run, folder / "checkpoint.npz", [history, pictures, *curves], live), pictures.others
    except Diverged as error:
        raise Diverged(
            f"{error}. {folder} keeps the checkpoint of iteration {run.iteration}, and curves and film to the end"
        ) from None


def _steps(run: Run, kept: Path, observers: list[Observer], live: Live) -> int:
    """Trains to the last iteration, or to the end of one in which a signal arrives; returns its number, or 0.

    kept: the path of the checkpoint.   Raises Diverged after the observers are closed and the run is restored from the
    checkpoint.
    """
    checkpoints = Checkpoints(lambda: run.save(kept))
    diverged, notice, number = None, STOPPING, 0
    with deferred(lambda: notice) as asked:
        try:
            for step in run.steps():
                for observe in (*observers, checkpoints, live):
                    observe(step)
                if step.last and (number := asked_on_any(asked(), run.ranks)):
                    break
            checkpoints.close()
        except Diverged as error:
            diverged = error
            run.restore(checkpoint.load(kept))
        finally:
            live.close()
        notice = FINISHING
        for observe in observers:
            observe.close()
    if diverged:
        raise diverged
    return asked() or number
