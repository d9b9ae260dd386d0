"""The experiment of augmentation: what each arm's classifier gets, and a folder in which no task is done twice."""

import csv
import dataclasses
import hashlib
import json

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import affine_transform

from tinygan import configuration
from tinygan.augmentation import ARMS, Experiment, Outcome, rows
from tinygan.augmentation.arms import few_of_each, minibatches
from tinygan.augmentation.movement import at_angle, moved
from tinygan.augmentation.tasks import Training, Trial
from tinygan.data import Images, load
from tinygan.errors import DataError, RunError, SettingError
from tinygan.recipes import Run, find
from tinygan.study import Failures, mean, perform
from tinygan.study.outcome import keep

SMALL = {"data": "digits", "m": 8, "iterations": 2, "width": 2, "latent": 3, "record_every": 1}
GAN, MORE = find("cgan").changed(SMALL), find("dcgan-quick").changed({**SMALL, "g_dense": 8, "d_dense": 8})
WHOLE = load("digits")
TEST = WHOLE.held_out().few(100)
DIGITS = dataclasses.replace(WHOLE.few(500), test=lambda: TEST)


@pytest.fixture(scope="module", autouse=True)
def few_digits():
    """The data have 500 digits, and 100 to test on, which takes less time."""
    with pytest.MonkeyPatch.context() as patch:
        for place in ("experiment", "tasks", "picture"):
            patch.setattr(f"tinygan.augmentation.{place}.load", lambda name, data_dir: DIGITS)
        yield


def tiny(**changes):
    settings = {"gan": GAN, "more": MORE, "per_class": (1, 3), "seeds": 1, "updates": 3, "samples": 20}
    return Experiment(**{**settings, **changes})


def lines(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a small experiment."""
    folder = tmp_path_factory.mktemp("augmentation")
    perform(tiny(), folder, 0)
    return folder


@pytest.fixture
def undrawn(monkeypatch):
    """Pictures are left out: most of the time of so small an experiment."""
    monkeypatch.setattr("tinygan.augmentation.experiment.draw", lambda *_: None)


# Movement.


def test_a_quarter_turn_and_a_whole_pixel_are_exact():
    x = np.random.default_rng(0).uniform(-1, 1, (2, 5, 5, 3)).astype(np.float32)
    turned = at_angle(x, np.array([np.pi / 2, -np.pi / 2]), np.zeros((2, 2)))
    np.testing.assert_allclose(turned[0], np.rot90(x[0], -1), atol=1e-6)  # what was right is below
    np.testing.assert_allclose(turned[1], np.rot90(x[1]), atol=1e-6)
    shifted = at_angle(x, np.zeros(2), np.array([[1.0, 0.0], [0.0, -2.0]]))
    assert shifted.dtype == np.float32
    assert (shifted[0, 1:] == x[0, :-1]).all()
    assert (shifted[1, :, :-2] == x[1, :, 2:]).all()
    assert (shifted[0, 0] == -1).all()  # black comes in
    assert (shifted[1, :, -2:] == -1).all()


def test_movements_are_those_of_scipy():
    x, rng = DIGITS.examples(np.arange(8)), np.random.default_rng(1)
    angle, shift = rng.uniform(-3, 3, 8), rng.uniform(-6, 6, (2, 8))
    for i, found in enumerate(at_angle(x, angle, shift)):
        turn = np.array([[np.cos(angle[i]), -np.sin(angle[i])], [np.sin(angle[i]), np.cos(angle[i])]])
        offset = 13.5 - turn @ (13.5 + shift[:, i])
        expected = affine_transform(x[i, ..., 0], turn, offset, order=1, mode="grid-constant", cval=-1)
        np.testing.assert_allclose(found[..., 0], expected, atol=1e-5)


def test_every_image_is_moved_by_less_than_its_bounds():
    x = np.full((4000, 15, 15, 1), -1, np.float32)
    x[:, 7, 7] = 1  # in the centre, where a rotation leaves it
    light = moved(x, np.random.default_rng(2), pixels=3, degrees=180)[..., 0] + 1
    place = np.stack([(light * grid).sum(axis=(1, 2)) / light.sum(axis=(1, 2)) for grid in np.indices((15, 15))]) - 7
    assert np.abs(place).max() <= 3.5
    assert place.std(axis=1) == pytest.approx(3 / np.sqrt(3), rel=0.05)
    assert np.abs(place.mean(axis=1)).max() < 0.1


# What a classifier gets.


def test_few_of_each_class_balanced_and_nested():
    few, more = few_of_each(DIGITS, 5, 3), few_of_each(DIGITS, 8, 3)
    assert np.bincount(few.labels).tolist() == 10 * [5]
    assert {image.tobytes() for image in few.images} <= {image.tobytes() for image in more.images}
    assert few_of_each(DIGITS, 5, 3).fingerprint == few.fingerprint
    assert few_of_each(DIGITS, 5, 4).fingerprint != few.fingerprint
    for image, label in zip(few.images, few.labels, strict=True):
        [place] = np.flatnonzero((DIGITS.images == image).all(axis=(1, 2, 3)))
        assert DIGITS.labels[place] == label


def test_half_of_a_minibatch_is_added():
    real = Images("real", np.full((6, 8, 8, 1), 10, np.uint8), np.array([0, 1, 2, 0, 1, 2]))
    added = Images("added", np.full((4, 8, 8, 1), 200, np.uint8), np.array([2, 2, 2, 2]), ("0", "1", "2"))
    x, y = minibatches(real, added, False, np.random.default_rng(0))(7)
    assert (x[:4] == np.float32(10 / 127.5 - 1)).all()
    assert (x[4:] == np.float32(200 / 127.5 - 1)).all()
    assert y[4:].tolist() == 3 * [2]
    alone = minibatches(real, None, False, np.random.default_rng(0))
    assert sorted(alone(6).y.tolist()) == [0, 0, 1, 1, 2, 2]
    x, _ = minibatches(real, added, True, np.random.default_rng(0))(6)
    assert (x == -1).any()  # black comes in where images are moved


def test_each_arm_gets_what_it_says(made):
    """Arm gan-same the samples of its GAN with their classes, gan-more those of the other, labelled by a classifier."""
    trials = {task.arm: task for task in tiny().tasks(made) if isinstance(task, Trial) and task.per_class == 3}
    assert trials.keys() == ARMS.keys()
    assert trials["none"].added(DIGITS) is None
    assert trials["shifts"].added(DIGITS) is None
    run, _ = Run.load(made / "runs/seed-0/3/gan", with_data=False)
    assert run.recipe.name == "cgan"
    same, expected = trials["gan-same"].added(DIGITS), run.sample(20, 0)
    assert (same.images == expected.x).all()
    assert (same.labels == expected.y).all()
    run, _ = Run.load(made / "runs/seed-0/gan-more", with_data=False)
    assert run.recipe.name == "dcgan-quick"
    for arm, teacher in (("gan-more", "none"), ("both", "shifts")):
        added = trials[arm].added(DIGITS)
        assert (added.images == run.sample(20, 0)).all()
        assert (added.labels == trials[teacher].classify(added.images)).all()
    pool = trials["unlabelled"].added(DIGITS)
    assert (pool.images == DIGITS.images).all()
    assert (pool.labels == trials["none"].classify(DIGITS.images)).all()
    assert (pool.labels != DIGITS.labels).any()


def test_the_gan_on_the_same_images_is_trained_on_no_others(made):
    more, same = (task for task in tiny(per_class=(3,)).tasks(made) if isinstance(task, Training))
    assert same.source().fingerprint == few_of_each(DIGITS, 3, 0).fingerprint
    assert (len(more.source()), more.source().labels, more.source().classes) == (500, None, ())


def sha256(content):
    """Short, for a failure prints the difference of what it compares."""
    return hashlib.sha256(content).hexdigest()


@pytest.mark.usefixtures("undrawn")
def test_labels_of_other_images_are_never_read(monkeypatch, tmp_path):
    """With other labels on all images but the few, every classifier and every GAN has the same bits."""
    folders = tmp_path / "true", tmp_path / "others"
    experiment = tiny(per_class=(2,), updates=2)
    perform(experiment, folders[0], 0)
    few = {image.tobytes() for image in few_of_each(DIGITS, 2, 0).images}
    own = np.array([image.tobytes() in few for image in DIGITS.images])
    kept = few_of_each(DIGITS, 2, 0)
    other = np.where(own, DIGITS.labels, np.random.default_rng(0).permutation(DIGITS.labels))
    shuffled = dataclasses.replace(DIGITS, labels=other)
    monkeypatch.setattr("tinygan.augmentation.tasks.few_of_each", lambda source, n, seed: kept)
    monkeypatch.setattr("tinygan.augmentation.tasks.load", lambda name, data_dir: shuffled)
    monkeypatch.setattr("tinygan.augmentation.experiment.load", lambda name, data_dir: shuffled)
    perform(experiment, folders[1], 0)
    for name in ("classifier.npz", "checkpoint.npz", "history.jsonl"):
        found = [{path: sha256(bits) for path, bits in bytes_of(each).items() if path.name == name} for each in folders]
        assert len(found[0]) in (6, 2)
        assert found[0] == found[1]


# Tasks and folders.


def test_tasks_are_done_in_the_order_of_their_needs(made):
    experiment = tiny(seeds=2)
    done = set()
    for stage in experiment.stages(made):
        for task in stage:
            if isinstance(task, Trial):
                needs = [need for need in (task.generator, task.teacher) if need]
                assert {need.folder for need in needs} <= done
                assert bool(task.generator) == bool(ARMS[task.arm].generator)
                assert (task.teacher.arm if task.teacher else "") == ARMS[task.arm].teacher
        done |= {task.folder for task in stage}
    seeds = [task.seed for task in experiment.tasks(made)]
    assert seeds == sorted(seeds)
    assert len(done) == len(seeds) == 2 * (1 + 2 * (1 + 6))


@pytest.mark.usefixtures("undrawn")
def test_arms_of_one_seed_begin_with_one_classifier(monkeypatch, tmp_path):
    begun = []

    def none(data, shape, classes, rng, iterations):
        begun.append((rng.random(), data(4).y.tolist(), iterations))
        raise RunError("seen")

    monkeypatch.setattr("tinygan.augmentation.tasks.train_classifier", none)
    for seed in range(2):
        for arm in ("none", "shifts"):
            task = Trial(arm, 3, seed, tmp_path / f"{arm}-{seed}", "digits", 7, 20)
            with pytest.raises(RunError, match="seen"):
                task.perform(lambda iteration: None)
    assert begun[0] == begun[1]
    assert begun[2] == begun[3]
    assert begun[0] != begun[2]
    assert begun[0][2] == 7


def test_a_folder_has_tables_pictures_and_every_run(made):
    experiment = tiny()
    outcomes = experiment.outcomes(made)
    assert [(each.name, each.per_class, each.seed) for each in outcomes] == [(a, n, 0) for a in ARMS for n in (1, 3)]
    for line, each in zip(lines(made / "seeds.csv"), outcomes, strict=True):
        assert (line["arm"], line["per_class"], line["seed"]) == (each.name, str(each.per_class), "0")
        assert float(line["accuracy"]) == pytest.approx(each.accuracy, rel=1e-5)
        assert 0 <= each.accuracy <= 1
    for line, row in zip(lines(made / "table.csv"), rows(outcomes), strict=True):
        assert (line["arm"], line["per_class"], line["seeds"], line["diverged"]) == (
            row.arm, str(row.per_class), "1", "0"
        )  # fmt: skip
        assert float(line["accuracy_mean"]) == pytest.approx(row.accuracy.value, rel=1e-5)
        assert line["accuracy_half_width"] == ""
    for name in ("accuracy", "examples"):
        with Image.open(made / f"{name}.png") as picture:
            assert picture.width > 1000
    assert Experiment.load(made) == experiment
    assert Experiment.load(made).fingerprint


def test_the_accuracy_is_that_of_the_kept_classifier(made):
    for task in tiny().tasks(made):
        if isinstance(task, Trial):
            test = DIGITS.held_out()
            assert task.outcome().accuracy == (task.classify(test.images) == test.labels).mean()


def test_no_finished_task_is_done_again_and_a_missing_one_is_the_same(made, tmp_path):
    perform(tiny(), tmp_path, 0)
    before = bytes_of(tmp_path)
    gone = tmp_path / "runs/seed-0/1/gan-more"
    for path in gone.iterdir():
        path.unlink()
    seen = []
    perform(tiny(), tmp_path, 0, lambda event: event.outcome and seen.append(event.task.title))
    assert seen == ["gan-more, 1 a class, seed 0"]
    after = bytes_of(tmp_path)
    assert after.keys() == before.keys()
    timed = {"outcome.json", "seeds.csv"}
    assert {path for path in after if after[path] != before[path] and path.name not in timed} == set()
    first = {path: content for path, content in bytes_of(made).items() if path.name == "classifier.npz"}
    assert first == {path: content for path, content in after.items() if path.name == "classifier.npz"}


@pytest.mark.usefixtures("undrawn")
def test_more_seeds_sizes_and_arms_go_into_the_same_folder(tmp_path):
    perform(tiny(per_class=(1,), arms=("none", "shifts"), updates=1), tmp_path, 0)
    seen = []
    more = tiny(per_class=(1, 2), seeds=2, arms=("none", "shifts", "unlabelled"), updates=1)
    perform(more, tmp_path, 0, lambda event: event.outcome and seen.append(event.task.title))
    assert len(seen) == 3 * 2 * 2 - 2
    with pytest.raises(RunError, match="holds another augmentation"):
        perform(tiny(per_class=(1, 2), updates=2), tmp_path, 0)


@pytest.mark.usefixtures("undrawn")
def test_in_other_processes_it_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # the number that the checkpoints of two processes note
    for place in ("experiment", "tasks", "picture"):  # other processes have all digits
        monkeypatch.setattr(f"tinygan.augmentation.{place}.load", load)
    experiment = tiny(per_class=(1,), arms=("none", "gan-same"), updates=1)
    for processes in (0, 2):
        perform(experiment, tmp_path / str(processes), processes)
    here, there = (
        {path: sha256(bits) for path, bits in bytes_of(tmp_path / name).items() if path.suffix == ".npz"}
        for name in ("0", "2")
    )
    assert len(here) == 3
    assert there == here


def test_a_gan_that_diverges_is_a_row(tmp_path):
    diverging = GAN.changed({"g_learning_rate": 1e30})
    experiment = tiny(per_class=(1,), arms=("none", "gan-same", "gan-more"), gan=diverging)
    found = {row.arm: row for row in rows(perform(experiment, tmp_path, 0))}
    assert (found["gan-same"].seeds, found["gan-same"].diverged) == (0, 1)
    assert found["none"].seeds == found["gan-more"].seeds == 1
    reason = next(line["diverged"] for line in lines(tmp_path / "seeds.csv") if line["arm"] == "gan-same")
    assert reason.startswith("its GAN has diverged: ")


def test_a_gan_that_fails_is_said_at_the_end_and_its_arm_cannot_be_made(monkeypatch, tmp_path):
    def full(self):
        raise RunError("no room")

    monkeypatch.setattr(Training, "source", full)
    failures, experiment = [], tiny(per_class=(1,), arms=("none", "gan-more"))
    with pytest.raises(Failures, match=r"^2 of 3 tasks failed; dcgan-quick on all images, seed 0: no room$"):
        perform(experiment, tmp_path, 0, lambda event: event.failure and failures.append(event.failure))
    assert failures == ["no room", "dcgan-quick on all images, seed 0 is needed first; it has failed"]
    assert [each.name for each in experiment.outcomes(tmp_path)] == ["none"]


# Numbers.


def outcome(name, seed, accuracy, **others):
    numbers = {"per_class": 10, "seconds": 1 / 3, "threads": 1, "processes": 2}
    return Outcome(name=name, seed=seed, accuracy=accuracy, **numbers, **others)


def test_gains_are_seed_by_seed():
    found = [outcome("none", seed, value) for seed, value in enumerate((0.5, 0.7, 0.9))]
    found += [outcome("shifts", seed, value) for seed, value in ((0, 0.6), (1, 0.8), (2, 1.0), (3, 0.1))]
    found += [outcome("gan-same", 0, None, diverged="its GAN")]
    none, shifts, gan = rows(found)
    assert none.accuracy == mean([0.5, 0.7, 0.9])
    assert none.gain.value == 0
    assert shifts.accuracy == mean([0.6, 0.8, 1.0, 0.1])
    assert shifts.gain.value == pytest.approx(0.1)
    assert shifts.gain.half_width == pytest.approx(0, abs=1e-9)  # though both arms scatter
    assert (gan.seeds, gan.diverged, np.isnan(gan.accuracy.value)) == (0, 1, True)


def test_outcomes_are_kept_exactly_and_damage_is_one_line(tmp_path):
    found = outcome("none", 0, 0.1 + 0.2)
    keep(found, tmp_path)
    task = Trial("none", 10, 0, tmp_path, "digits", 1, 1)
    assert task.outcome() is None  # its classifier is missing, from which others get labels
    (tmp_path / "classifier.npz").write_bytes(b"")
    assert task.outcome() == found
    with pytest.raises(RunError, match=r"classifier\.npz is damaged .*; remove it to train that classifier again$"):
        task.classify(np.zeros((1, 28, 28, 1), np.uint8))
    assert task._replace(folder=tmp_path / "nowhere").outcome() is None
    with pytest.raises(RunError, match="expected to hold none, 10 a class, seed 1, got seed 0; remove"):
        task._replace(seed=1).outcome()
    path = tmp_path / "outcome.json"
    kept = json.loads(path.read_text())
    for text in ("", "[]", "{}", *(json.dumps({**kept, "accuracy": value}) for value in ("high", 7e9, float("nan")))):
        path.write_text(text)
        with pytest.raises(RunError, match=r"outcome\.json is damaged: [^\n]*; remove it to do that again$"):
            task.outcome()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"per_class": ()}, "per-class expects increasing whole numbers such as 10,100, got nothing"),
        ({"per_class": (5, 5)}, "per-class expects increasing .* got 5,5"),
        ({"per_class": (0,)}, "per-class expects .* got 0"),
        ({"seeds": 0}, "seeds is expected from 1 to 1,000, got 0"),
        ({"updates": 10**7}, "updates is expected from 1 to 1,000,000, got 10000000"),
        ({"arms": ("none", "shift")}, r"No such arm 'shift'. Did you mean 'shifts'\?"),
        ({"arms": ("none", "both")}, "arm both gets its labels from arm shifts: add shifts"),
        ({"arms": ("none", "none")}, "arms are expected to differ, at least one, got none,none"),
        ({"more": find("dcgan")}, "both GANs are expected to have the same data, got digits, mnist"),
    ],
)
def test_settings_that_do_not_fit(changes, words):
    with pytest.raises(SettingError, match=f"^{words}$"):
        tiny(**changes)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"per_class": (950,)}, SettingError, r"digits has \d+ images of class 5, fewer than 950; ask for fewer"),
        ({"gan": MORE}, SettingError, "--gan expects a conditional recipe such as cgan, got dcgan-quick"),
        ({"more": GAN}, SettingError, "--more expects a recipe without labels such as dcgan-quick, got"),
        (
            {"gan": find("cgan").changed({"data": "ring"}), "more": find("gan-ring")},
            DataError,
            "augment needs images with labels, which ring lacks; choose digits, say",
        ),
        ({"fingerprint": "another"}, DataError, "the data are not those of the finished tasks"),
    ],
)
def test_what_cannot_be_done_fails_before_the_first_task(changes, error, words, tmp_path, monkeypatch):
    monkeypatch.setattr("tinygan.augmentation.experiment.load", load)
    with pytest.raises(error, match=words):
        perform(tiny(**changes), tmp_path / "new", 0)
    assert not (tmp_path / "new").exists()


def test_a_folder_of_something_else(made, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    with pytest.raises(SettingError, match="is not empty"):
        perform(tiny(), tmp_path / "other", 0)
    for values, words in (
        ({"recipe": "gan-1d"}, "holds a run, and no augmentation"),
        ({"kind": "comparison"}, "holds a comparison, and no augmentation"),
        ({"kind": "augmentation", "seeds": 1}, "is damaged: it lacks 'gan'"),
    ):
        configuration.write(tmp_path / "config.toml", values)
        with pytest.raises(RunError, match=words):
            Experiment.load(tmp_path)
    with pytest.raises(RunError, match="no augmentation in"):
        Experiment.load(tmp_path / "nowhere")
