"""A comparison: runs that are those of `train`, means with intervals, one folder that is never made twice."""

import csv
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from math import inf, isnan

import numpy as np
import pytest
import tomli_w
from PIL import Image
from rich.console import Console

from tinygan import configuration, metrics, nn, signals
from tinygan.autograd import raw
from tinygan.comparison import Comparison, Outcome, rows
from tinygan.comparison.task import Task
from tinygan.errors import DataError, RunError, SettingError
from tinygan.folder import claimed
from tinygan.recipes import Run, find
from tinygan.signals import CLOSED_PIPE, Stop, deferred, immediate
from tinygan.study import Failures, Mean, mean, perform
from tinygan.study.outcome import finished, keep
from tinygan.study.processes import Event, _inherited, perform_all
from tinygan.study.progress import Progress

TINY = find("gan-1d").changed({"m": 8, "g_hidden": 6, "d_hidden": 6, "iterations": 6, "record_every": 2})
TWO = {"gan-1d": TINY, "gan-1d:k=1": TINY.changed({"k": 1})}
DIVERGES = find("lsgan").changed(
    {"data": "gaussian", "m": 8, "iterations": 6, "record_every": 2, "g_learning_rate": 1e30}
)


@pytest.fixture
def undrawn(monkeypatch):
    """Rows of the picture are left white, which is faster."""

    def white(run, outcome, folder, picture, dpi):
        picture.parent.mkdir(exist_ok=True)
        for path in (folder / "row.png", picture):
            Image.new("RGB", (10, 10), "white").save(path)

    monkeypatch.setattr("tinygan.comparison.task.draw_row", white)


def outcome(label, seed, **changes):
    found = {
        "iterations": 6,
        "seconds": 2.0,
        "threads": 1,
        "processes": 2,
        "measures": {"js": 0.5},
        "floors": {"js": 0.1},
    }
    return Outcome(label=label, seed=seed, **{**found, **changes})


def begun(comparison, folder):
    """Leave in `folder` what a comparison leaves that was stopped at once."""
    (folder / "config.toml").write_text(tomli_w.dumps(comparison.config()))


def lines(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def without_seconds(outcomes):
    return [replace(outcome, seconds=0, threads=0, processes=0) for outcome in outcomes]


def test_a_run_of_a_comparison_is_that_of_its_recipe_and_seed_to_the_last_bit(tmp_path):
    found = Task("a", TINY, 3, tmp_path / "a", samples=40).perform(lambda iteration: None)
    run = Run(TINY, seed=3)
    for _ in run.steps():
        pass
    kept, _ = Run.load(tmp_path / "a")
    assert (kept.sample(40, 3) == run.sample(40, 3)).all()
    expected = metrics.evaluate(run.source, run.sample(40, 3), seed=3)
    assert found.measures == {measure.name: measure.value for measure in expected}
    assert found.floors == {measure.name: measure.floor for measure in expected}
    assert (found.label, found.seed, found.iterations, found.diverged) == ("a", 3, 6, "")
    assert found.seconds > 0


def test_recipes_with_one_seed_share_weights_minibatches_and_noise():
    one, *others = (Run(find(name), seed=4) for name in ("minimax", "wgan-gp", "lsgan", "ebgan", "unrolled"))
    x, z = one.data(16), one.noise(16)
    for run in others:
        for (path, weight), (other_path, other) in zip(nn.named_leaves(one.G), nn.named_leaves(run.G), strict=True):
            assert path == other_path
            assert (raw(weight) == raw(other)).all()
        assert (run.data(16) == x).all()
        assert (run.noise(16) == z).all()
    assert (Run(find("minimax"), seed=5).data(16) != x).any()


def test_runs_in_other_processes_are_the_same_and_nothing_of_the_environment_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    tasks = [Task(label, recipe, 0, tmp_path / label, samples=30) for label, recipe in TWO.items()]
    here, there = {}, {}
    perform_all(tasks, 0, lambda event: here.update({event.task.label: event.outcome}))
    environment, handler = dict(os.environ), signal.getsignal(signal.SIGINT)
    perform_all(tasks, 2, lambda event: there.update({event.task.label: event.outcome}))
    assert (dict(os.environ), signal.getsignal(signal.SIGINT)) == (environment, handler)
    assert without_seconds(there.values()) == without_seconds(here[label] for label in there)
    assert there.keys() == here.keys() == TWO.keys()
    assert {each.threads for each in here.values()} == {3}
    assert {each.threads for each in there.values()} == {1}


def test_a_comparison_leaves_tables_and_a_picture_of_every_run(tmp_path):
    comparison = Comparison(TWO, seeds=2, samples=30)
    seen = []

    def watch(event):
        if event.outcome:
            seen.append((event.task.label, event.task.seed, len(lines(tmp_path / "seeds.csv"))))

    outcomes = perform(comparison, tmp_path, 0, watch)
    a, b = TWO
    assert seen == [(a, 0, 1), (b, 0, 2), (a, 1, 3), (b, 1, 4)]  # every recipe on one seed, then on the next
    assert [(each.label, each.seed) for each in outcomes] == [(a, 0), (a, 1), (b, 0), (b, 1)]
    assert [(line["recipe"], line["seed"]) for line in lines(tmp_path / "seeds.csv")] == [
        (a, "0"), (a, "1"), (b, "0"), (b, "1")
    ]  # fmt: skip
    for line, row in zip(lines(tmp_path / "table.csv"), rows(outcomes), strict=True):
        assert (line["recipe"], line["seeds"], line["diverged"]) == (row.label, "2", "0")
        for name in ("js", "wasserstein1", "seconds"):
            assert float(line[f"{name}_mean"]) == pytest.approx(row.measures[name].value, rel=1e-5)
            assert float(line[f"{name}_half_width"]) == pytest.approx(row.measures[name].half_width, rel=1e-5)
    with Image.open(tmp_path / "comparison.png") as picture, Image.open(tmp_path / "runs/gan-1d/seed-0/row.png") as row:
        assert picture.width == row.width
        assert picture.height > 2 * row.height
        place = picture.height - 2 * row.height
        assert picture.crop((0, place, row.width, place + row.height)).tobytes() == row.convert("RGB").tobytes()


def test_what_is_kept_is_not_made_again_and_what_is_missing_is(tmp_path):
    comparison = Comparison(TWO, seeds=1, samples=30)
    first = perform(comparison, tmp_path, 0)
    picture = (tmp_path / "comparison.png").read_bytes()
    folder = tmp_path / "runs/gan-1d/seed-0"
    (folder / "row.png").unlink()
    made = []
    again = perform(comparison, tmp_path, 0, made.append)
    assert (again, made) == (first, [])
    assert (tmp_path / "comparison.png").read_bytes() == picture  # drawn again from the checkpoint
    (folder / "outcome.json").unlink()
    assert without_seconds(perform(comparison, tmp_path, 0, made.append)) == without_seconds(first)
    assert {event.task.label for event in made} == {"gan-1d"}


def test_a_folder_takes_more_seeds_and_recipes_but_no_other_comparison(undrawn, tmp_path):
    comparison = Comparison({"gan-1d": TINY}, seeds=1, samples=30)
    perform(comparison, tmp_path, 0)
    assert Comparison.load(tmp_path) == comparison
    made = []
    perform(Comparison(TWO, seeds=2, samples=30), tmp_path, 0, made.append)
    assert len([event for event in made if event.outcome]) == 3
    for other in (
        comparison,  # fewer than there are
        Comparison(TWO, seeds=2, samples=31),
        Comparison({**TWO, "gan-1d": TINY.changed({"m": 9})}, seeds=2, samples=30),
    ):
        with pytest.raises(RunError, match="another comparison"):
            perform(other, tmp_path, 0)


def test_a_folder_of_the_users_own_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "table.csv").write_text("mine")
    with pytest.raises(SettingError, match=r"is not empty: it holds table\.csv; choose a new folder"):
        perform(Comparison({"gan-1d": TINY}, seeds=1), tmp_path, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_text() == "mine"


def test_two_comparisons_at_once_are_refused_and_so_is_a_run_in_use(undrawn, tmp_path):
    comparison = Comparison({"gan-1d": TINY}, seeds=1, samples=30)
    with claimed(tmp_path), pytest.raises(RunError, match="is in use by another process"):
        perform(comparison, tmp_path, 0)
    begun(comparison, tmp_path)
    with (
        claimed(tmp_path / "runs/gan-1d/seed-0"),
        pytest.raises(Failures, match=r"1 of 1 runs failed; gan-1d, seed 0: .*/seed-0 is in use by another process"),
    ):
        perform(comparison, tmp_path, 0)
    assert len(perform(comparison, str(tmp_path), 0)) == 1  # text is a path


def test_a_disk_that_is_full_is_a_failure_and_no_divergence(undrawn, tmp_path, monkeypatch):
    def full(*_):
        raise RunError("cannot write history.jsonl: No space left on device")

    monkeypatch.setattr("tinygan.disk.append", full)
    with pytest.raises(Failures, match="seed 0: cannot write history"):
        perform(Comparison({"gan-1d": TINY}, seeds=1, samples=30), tmp_path, 0)
    assert not list(tmp_path.rglob("outcome.json"))


def test_a_damaged_row_is_drawn_again_with_a_word(undrawn, tmp_path, capsys):
    comparison = Comparison(TWO, seeds=1, samples=30)
    perform(comparison, tmp_path, 0)
    row = tmp_path / "runs/gan-1d/seed-0/row.png"
    row.write_bytes(row.read_bytes()[:40])
    perform(comparison, tmp_path, 0)
    assert f"{row} is drawn again: it is no picture that can be read" in capsys.readouterr().err
    with Image.open(row) as drawn:
        drawn.load()


def test_a_row_that_cannot_be_read_is_left_out_of_the_picture_with_a_word(undrawn, tmp_path, capsys):
    comparison = Comparison(TWO, seeds=1, samples=30)
    perform(comparison, tmp_path, 0)
    with Image.open(tmp_path / "comparison.png") as picture:
        whole = picture.height
    row = tmp_path / "runs/gan-1d/seed-0/row.png"
    row.write_bytes(b"damaged")
    row.with_name("checkpoint.npz").unlink()  # from which it would be drawn again
    comparison.draw(tmp_path, "png", 100)
    with Image.open(tmp_path / "comparison.png") as picture:
        assert picture.height < whole
    assert f"{row} is left out: it is no picture that can be read" in capsys.readouterr().err


def test_each_recipe_has_a_picture_of_its_own_in_any_format(tmp_path):
    comparison = Comparison(TWO, seeds=2, samples=30)
    perform(comparison, tmp_path, 0)
    names = ["gan-1d%3Ak=1", "gan-1d"]
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == [f"{name}.png" for name in names]
    row = (tmp_path / "runs/gan-1d/seed-0/row.png").read_bytes()
    with Image.open(tmp_path / "pictures/gan-1d.png") as alone, Image.open(tmp_path / "comparison.png") as picture:
        assert alone.width == picture.width
        assert alone.height < picture.height
    perform(comparison, tmp_path, 0, format="svg", dpi=50)  # drawn from what is kept
    assert len(list((tmp_path / "pictures").iterdir())) == 4
    assert (tmp_path / "pictures/gan-1d.svg").read_text().startswith("<?xml")
    assert (tmp_path / "runs/gan-1d/seed-0/row.png").read_bytes() == row
    (tmp_path / "pictures/gan-1d.png").unlink()
    perform(comparison, tmp_path, 0, dpi=240)
    with Image.open(tmp_path / "pictures/gan-1d.png") as sharp, Image.open(tmp_path / "comparison.png") as picture:
        assert sharp.width == 2 * picture.width


def test_a_run_that_diverges_is_a_row(tmp_path):
    comparison = Comparison({"wild": DIVERGES, "gan-1d": TINY}, seeds=1, samples=30)
    wild, tame = perform(comparison, tmp_path, 0)
    assert "diverged" in wild.diverged
    assert not wild.measures
    assert tame.diverged == ""
    line, other = lines(tmp_path / "table.csv")
    assert (line["seeds"], line["diverged"], line["js_mean"]) == ("0", "1", "")
    assert (other["seeds"], other["diverged"]) == ("1", "0")
    (tmp_path / "runs/wild/seed-0/row.png").unlink()
    assert perform(comparison, tmp_path, 0) == [wild, tame]
    assert (tmp_path / "runs/wild/seed-0/row.png").exists()


def test_a_run_that_ends_finite_but_for_its_samples_has_diverged(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "sample", lambda self, count, seed: np.full((count, 1), np.nan))
    found = Task("a", TINY, 0, tmp_path, samples=5).perform(lambda iteration: None)
    assert found.diverged == "5 of 5 samples are not finite: the run has diverged"


def test_a_run_that_fails_is_told_at_the_end_and_tried_again(undrawn, tmp_path):
    comparison = Comparison(TWO, seeds=1, samples=30)
    begun(comparison, tmp_path)
    blocked = tmp_path / "runs/gan-1d/seed-0/config.toml"
    blocked.mkdir(parents=True)  # a folder where a file should be
    events = []
    with pytest.raises(RunError, match=r"1 of 2 runs failed; gan-1d, seed 0: .*directory"):
        perform(comparison, tmp_path, 0, events.append)
    assert [(event.task.label, bool(event.failure)) for event in events] == [("gan-1d", True), ("gan-1d:k=1", False)]
    blocked.rmdir()
    assert len(perform(comparison, tmp_path, 0)) == 2


def test_a_process_that_is_killed_is_a_failure_and_an_exception_leaves_none(tmp_path):
    endless = TINY.changed({"iterations": 10**9})
    tasks = [Task(label, endless, 0, tmp_path / label) for label in "ab"]
    events, children = [], set()

    def watch(event):
        events.append(event)
        alive = multiprocessing.active_children()
        children.update(alive)
        if event.failure:
            raise KeyboardInterrupt
        if len(children) == 2:
            os.kill(alive[0].pid, signal.SIGKILL)

    with pytest.raises(KeyboardInterrupt):
        perform_all(tasks, 2, watch)
    assert "exit code -9" in events[-1].failure
    assert len(children) == 2
    assert not any(child.is_alive() for child in children)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, CLOSED_PIPE])
def test_what_asks_to_stop_ends_a_comparison_after_what_is_being_written(number, tmp_path):
    tasks = [Task(label, TINY.changed({"iterations": 10**9}), 0, tmp_path / label) for label in "ab"]
    written = []

    def watch(event):
        signals.ask(number) if number == CLOSED_PIPE else signal.raise_signal(number)
        written.append(event)

    with immediate(), pytest.raises(Stop) as stopped:
        perform_all(tasks, 2, watch)
    assert stopped.value.number == number
    assert len(written) == 1
    assert not multiprocessing.active_children()


def test_ctrl_c_while_a_process_starts_is_ours_and_not_lost():
    asks = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    with deferred() as asked:
        with _inherited(1):
            signal.raise_signal(signal.SIGINT)
            started = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
        assert asked() == signal.SIGINT
    assert started.stdout == "True\n"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_no_process_is_started_after_a_request_to_stop(number, tmp_path, monkeypatch):
    ends, children = [], []

    def started(task, threads):
        ours, theirs = multiprocessing.Pipe()
        ends.append(theirs)
        children.append(Child())
        signal.raise_signal(number)
        return ours, children[-1]

    class Child:
        killed = False

        def kill(self):
            self.killed = True

        def join(self):
            assert self.killed

    monkeypatch.setattr("tinygan.study.processes._started", started)
    tasks = [Task(str(seed), TINY, seed, tmp_path) for seed in range(4)]
    with immediate(), pytest.raises(Stop) as stopped:
        perform_all(tasks, 4, print)
    assert stopped.value.number == number
    assert [child.killed for child in children] == [True]
    ends[0].close()


@pytest.mark.parametrize(("term", "width"), [("dumb", 80), ("dumb", 30), ("xterm", 80)])
def test_progress_says_each_outcome_literally_and_without_escapes_where_the_cursor_stays(term, width, tmp_path):
    label = "gan-1d:data=[red]"
    comparison = Comparison({label: TINY}, seeds=1)
    file = io.StringIO()
    console = Console(file=file, width=width, height=9, force_terminal=True, _environ={"TERM": term})
    with Progress(console, comparison.tasks(tmp_path)) as progress:
        progress(Event(comparison.tasks(tmp_path)[0], outcome=outcome(label, 0, diverged="D's loss is nan")))
    assert f"{label}, seed 0:" in file.getvalue()
    assert ("\x1b" in file.getvalue()) == (term != "dumb")


def test_outcomes_are_kept_exactly_and_damage_is_one_line(tmp_path):
    measures = {"reverse_kl": float("inf"), "js": 0.1 + 0.2}
    kept = outcome("a", 0, measures=measures, floors=dict.fromkeys(measures, 0.1), seconds=1 / 3)
    keep(kept, tmp_path)
    assert finished(Outcome, tmp_path) == kept
    json.loads((tmp_path / "outcome.json").read_text(), parse_constant=pytest.fail)  # no Infinity, which is no JSON
    diverged = outcome("a", 0, measures={}, floors={}, diverged="g_loss is nan")
    keep(diverged, tmp_path)
    assert finished(Outcome, tmp_path) == diverged
    assert finished(Outcome, tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "damage",
    [
        {"measures": None},
        {"measures": {}, "floors": {}},
        {"measures": {"js": "a"}},
        {"floors": {"more": 1.0}},
        {"seconds": "x"},
        {"iterations": []},
        {"more": 1},
        {"seconds": -1},
        {"diverged": 5},
        *(
            {"columns": {"js": column}}
            for column in (None, [None, False, 0, 3], [["JS"], False, 0, 3], ["JS", 1, 0, 3])
        ),
        *({"columns": {"js": column}} for column in (["JS"], ["JS", False, 0, "x"], ["JS", False, 0, -1])),
    ],
)
def test_a_damaged_outcome_is_one_line(damage, tmp_path):
    keep(outcome("a", 0), tmp_path)
    path = tmp_path / "outcome.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **damage}))
    with pytest.raises(RunError, match=r"outcome.json is damaged: [^\n]+; remove it to do that again$"):
        finished(Outcome, tmp_path)
    for text in ('{"label": "a"}', "[]", "{", "", "[" * 100_000, '{"seed": ' + "9" * 10_000 + "}"):
        path.write_text(text)
        with pytest.raises(RunError, match="damaged"):
            finished(Outcome, tmp_path)


def test_a_comparison_that_is_no_toml_is_one_line(tmp_path):
    for content in (b"a = = 1", b"\xff", b"a = " + b"[" * 100_000):
        (tmp_path / "config.toml").write_bytes(content)
        with pytest.raises(RunError, match=r"config.toml is damaged: [^\n]+$"):
            Comparison.load(str(tmp_path))


@pytest.mark.parametrize(
    "damage",
    [
        "recipes = []",
        'seeds = "x"',
        "seeds = 0",
        "seeds = 99999999999999999999",
        "samples = -2",
        "samples = 100001",
        "more = 1",
        "recipes = 3",
    ],
)
def test_a_damaged_comparison_is_one_line(damage, tmp_path):
    config = Comparison(TWO, seeds=2).config()
    key, _, value = damage.partition(" = ")
    config[key] = json.loads(value)
    (tmp_path / "config.toml").write_text(tomli_w.dumps(config))
    with pytest.raises(RunError, match=r"config.toml is damaged: [^\n]+$"):
        Comparison.load(tmp_path)


def test_the_folder_of_a_run_is_no_comparison(tmp_path):
    configuration.write(tmp_path / "config.toml", Run(TINY).config())
    with pytest.raises(RunError, match=f"^{tmp_path} holds a run, and no comparison; name another folder$"):
        Comparison.load(tmp_path)


def test_each_label_and_seed_has_a_folder_of_its_own(undrawn, tmp_path):
    labels = ["gan-1d:k=+1", "gan-1d:k=-1", "gan-1d:k=1", "gan-1d-k=1", "gan-1d%3Ak=1", "gan-1d:k= 1", "gan-1d:k=/1"]
    tasks = Comparison(dict.fromkeys(labels, TINY), seeds=2).tasks(tmp_path)
    assert len({task.folder for task in tasks}) == 14
    assert {task.folder.parents[1] for task in tasks} == {tmp_path / "runs"}
    assert tasks[0].folder.relative_to(tmp_path).as_posix() == "runs/gan-1d%3Ak=%2B1/seed-0"
    two = {"gan-1d:k=+1": TINY, "gan-1d:k=-1": TINY.changed({"k": 2})}
    assert [each.label for each in perform(Comparison(two, seeds=1, samples=30), tmp_path, 0)] == list(two)
    assert [line["recipe"] for line in lines(tmp_path / "table.csv")] == list(two)


@pytest.mark.parametrize(("label", "seed"), [("other", 0), ("gan-1d", 1)])
def test_an_outcome_of_another_run_is_one_line(label, seed, tmp_path):
    comparison = Comparison({"gan-1d": TINY}, seeds=1)
    begun(comparison, tmp_path)
    keep(outcome(label, seed), tmp_path / "runs/gan-1d/seed-0")
    others = "seed 1" if seed else f"label {label}"
    for ask in (comparison.outcomes, lambda folder: perform(comparison, folder, 0)):
        with pytest.raises(RunError, match=rf"expected to hold gan-1d, seed 0, got {others}; remove"):
            ask(tmp_path)


def test_means_have_student_intervals():
    # t(0.975) is 12.706 with 1 degree of freedom, 2.776 with 4; the standard deviation of 1..5 is sqrt(2.5)
    assert mean([1.0, 2.0]) == pytest.approx((1.5, 12.706 * 0.5), rel=1e-4)
    assert mean([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx((3.0, 2.776 * np.sqrt(2.5 / 5)), rel=1e-3)
    assert mean([4.0, 4.0, 4.0]) == (4.0, 0.0)
    for values, expected in (([7.0], 7.0), ([1.0, float("inf")], float("inf"))):
        value, half_width = mean(values)
        assert value == expected
        assert isnan(half_width)
    assert isnan(mean([]).value)
    assert mean([1e300, -1e300]) == (0.0, inf)


def test_rows_take_only_the_runs_that_were_measured():
    wild = outcome("a", 1, measures={}, floors={}, diverged="d_loss is nan")
    row, other = rows([outcome("a", 0), wild, outcome("b", 0, measures={"js": 1.0}), outcome("b", 1)])
    assert (row.label, row.seeds, row.diverged) == ("a", 1, 1)
    assert row.measures["js"].value == 0.5
    assert (other.label, other.seeds, other.diverged) == ("b", 2, 0)
    assert other.measures["js"] == Mean(0.75, pytest.approx(12.706 * 0.25, rel=1e-4))
    assert other.floors == {"js": 0.1}


def test_recipes_of_different_data_or_that_cannot_run_are_refused():
    with pytest.raises(SettingError, match="gan-ring has 'ring': choose one by --data"):
        Comparison({"gan-1d": TINY, "gan-ring": find("gan-ring")}).checked()
    with pytest.raises(SettingError, match="makes points"):
        Comparison({"gan-1d": TINY.changed({"data": "digits"})}).checked()


@pytest.mark.parametrize(
    ("test", "says"),
    [(None, "no folder .*test"), (9, "test images of 8 x 9 x 1 beside"), (b"no picture", "cannot be read")],
)
def test_test_images_that_are_missing_or_others_are_found_before_the_first_run(test, says, tmp_path):
    for split, width in (("train", 8), ("test", test)):
        (tmp_path / "photos" / split).mkdir(parents=True)
        if isinstance(width, int):
            Image.new("L", (width, 8)).save(tmp_path / "photos" / split / "1.png")
    if isinstance(test, bytes):
        (tmp_path / "photos/test/1.png").write_bytes(test)
    if test is None:
        (tmp_path / "photos/test").rmdir()
    recipe = find("minimax").changed({"data": "folder", "m": 4, "width": 2, "latent": 3, "iterations": 2})
    comparison = Comparison({"minimax": recipe}, seeds=1, samples=4, data_dir=str(tmp_path / "photos"))
    for ask in (comparison.checked, lambda: perform(comparison, tmp_path / "c", 0)):
        with pytest.raises(DataError, match=says):
            ask()
    assert not (tmp_path / "c").exists()


def test_a_comparison_keeps_where_its_data_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    comparison = Comparison({"gan-1d": TINY}, data_dir="photos")
    assert comparison.config()["data_dir"] == str(tmp_path / "photos")
    monkeypatch.chdir("/")
    assert comparison == Comparison({"gan-1d": TINY}, data_dir=str(tmp_path / "photos"))


def test_images_are_compared_by_their_distance_to_test_images(tmp_path):
    recipe = find("hinge").changed({"data": "digits", "m": 4, "width": 4, "latent": 8, "iterations": 2})
    [found] = perform(Comparison({"hinge": recipe}, seeds=1, samples=10), tmp_path, 0)
    assert list(found.measures) == ["wasserstein1", "sliced_wasserstein", "sharpness"]
    assert found.measures["wasserstein1"] > found.floors["wasserstein1"] > 0
    assert (tmp_path / "comparison.png").exists()


@pytest.fixture
def photographs(tmp_path):
    """photographs(byte, folder): a folder with train and test images, which begin with the byte."""

    def write(byte, folder="photos"):
        for split in ("train", "test"):
            (tmp_path / folder / split).mkdir(parents=True, exist_ok=True)
            for i in range(4):
                Image.new("L", (8, 8), byte + i).save(tmp_path / folder / split / f"{i}.png")
        return str(tmp_path / folder)

    return write


SMALL = find("minimax").changed({"data": "folder", "m": 4, "width": 2, "latent": 3, "iterations": 2})


@pytest.mark.parametrize("split", ["train", "test"])
def test_seeds_on_other_data_are_never_averaged(split, undrawn, photographs, tmp_path):
    comparison = Comparison({"minimax": SMALL}, seeds=1, samples=4, data_dir=photographs(10))
    perform(comparison, tmp_path / "c", 0)
    Image.new("L", (8, 8), 99).save(tmp_path / f"photos/{split}/0.png")
    more = replace(Comparison.load(tmp_path / "c"), seeds=2)
    with pytest.raises(DataError, match=r"^the data are not those of the finished runs: [^\n]+$"):
        perform(more, tmp_path / "c", 0)
    with pytest.raises(RunError, match="holds another comparison"):
        perform(replace(comparison, seeds=2), tmp_path / "c", 0)
    assert not (tmp_path / "c/runs/minimax/seed-1").exists()


def test_a_finished_comparison_needs_no_data_and_they_may_move(undrawn, photographs, tmp_path):
    comparison = Comparison({"minimax": SMALL}, seeds=1, samples=4, data_dir=photographs(10))
    first = perform(comparison, tmp_path / "c", 0)
    os.rename(tmp_path / "photos", tmp_path / "moved")
    kept = Comparison.load(tmp_path / "c")
    assert perform(kept, tmp_path / "c", 0) == first
    with pytest.raises(DataError, match="no folder"):
        perform(replace(kept, seeds=2), tmp_path / "c", 0)
    assert len(perform(replace(kept, seeds=2, data_dir=tmp_path / "moved"), tmp_path / "c", 0)) == 2
    assert Comparison.load(tmp_path / "c").data_dir == str(tmp_path / "moved")
    with pytest.raises(DataError, match="not those of the finished runs"):
        replace(kept, data_dir=photographs(20, "others")).checked()


def other_recipe(task):
    Run(TINY.changed({"k": 1})).save(task.folder / "checkpoint.npz")


def another_seed(task):
    Run(TINY, seed=5).save(task.folder / "checkpoint.npz")


def another_iteration(task):
    Run(TINY).save(task.folder / "checkpoint.npz")


def none_at_all(task):
    (task.folder / "checkpoint.npz").unlink()


@pytest.mark.parametrize("damage", [none_at_all, other_recipe, another_seed, another_iteration])
def test_a_row_whose_checkpoint_is_lost_or_of_another_run_is_left_out_with_a_word(damage, undrawn, tmp_path, capsys):
    comparison = Comparison({"gan-1d": TINY}, seeds=1, samples=30)
    first = perform(comparison, tmp_path, 0)
    [task] = comparison.tasks(tmp_path)
    (task.folder / "row.png").unlink()
    damage(task)
    assert perform(comparison, tmp_path, 0) == first
    said = capsys.readouterr().err
    assert said.startswith(f"{task.folder}/row.png is left out: ")
    assert said.count("\n") == 1
    assert not (task.folder / "row.png").exists()


def test_a_label_that_no_folder_can_have_is_a_line():
    with pytest.raises(
        SettingError, match=r"^a recipe with its settings names a folder, in at most 200 letters, got 251; "
    ):
        Comparison({f"gan-1d:centre=0.{'1' * 235}": TINY})
