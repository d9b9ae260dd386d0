"""What a folder of images means, told from the names in it alone: no file here is read."""

import os

import pytest

from tinygan.data.layout import listed

FOREIGN = [".ipynb_checkpoints", "__MACOSX", "@eaDir", ".Trash", "lost+found"]


@pytest.fixture
def laid_out(tmp_path):
    """laid_out("cat/1.png", ...): a folder with these files, empty; a name that ends in / is an empty folder."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            if name.endswith("/"):
                path.mkdir(parents=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        return tmp_path

    return make


def found(top, split="train"):
    """What `listed` says, as {way: label}."""
    paths, labels, classes = listed(top, split)
    assert (classes == ()) == (labels is None)
    ways = [path.relative_to(top).as_posix() for path in paths]
    return dict(zip(ways, [None] * len(ways) if labels is None else labels.tolist(), strict=True))


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_programs_leave_behind_is_no_class_and_no_image(laid_out, foreign):
    top = laid_out(
        f"{foreign}/0.jpg", f"{foreign}/deeper/0.jpg", f"cats/{foreign}/0.jpg", "cats/0.jpg", "dogs/0.jpg",
        "dogs/._0.jpg", "dogs/Thumbs.db", "dogs/.DS_Store", "desktop.ini",
    )  # fmt: skip
    assert found(top) == {"cats/0.jpg": 0, "dogs/0.jpg": 1}


def test_a_folder_named_like_an_image_is_a_folder(laid_out):
    assert found(laid_out("0.jpg/", "1.jpg", "2.jpg")) == {"1.jpg": None, "2.jpg": None}
    assert found(laid_out("x/cats/0.jpg/", "x/cats/1.jpg", "x/b.png/1.jpg") / "x") == {
        "b.png/1.jpg": 0,
        "cats/1.jpg": 1,
    }


@pytest.mark.parametrize("name", ["train", "test", "val"])
def test_a_class_called_like_a_split_is_a_class(laid_out, name, refused):
    top = laid_out("bus/1.png", "car/1.png", f"{name}/1.png", "empty/")
    classes = sorted(["bus", "car", name])
    assert found(top) == {f"{each}/1.png": classes.index(each) for each in classes}
    with refused(top / "test", "is a class" if name == "test" else "no folder"):
        listed(top, "test")


def test_a_class_called_train_inside_a_split(laid_out):
    top = laid_out("train/train/1.png", "train/bus/1.png", "test/bus/1.png", "test/train/1.png")
    assert found(top) == {"train/bus/1.png": 0, "train/train/1.png": 1}
    assert found(top, "test") == {"test/bus/1.png": 0, "test/train/1.png": 1}


@pytest.mark.parametrize(
    ("train", "test"), [("train", "test"), ("Train", "Test"), ("training", "testing"), ("TRAINING", "test")]
)
def test_splits_are_known_by_the_usual_names(laid_out, train, test):
    top = laid_out(f"{train}/1.png", f"{test}/2.png", "valid/3.png", "readme.txt", "annotations/1.txt")
    assert found(top) == {f"{train}/1.png": None}
    assert found(top, "test") == {f"{test}/2.png": None}


def test_classes_have_one_number_in_every_split(laid_out):
    top = laid_out("train/ant/1.png", "train/bee/1.png", "train/cat/1.png", "train/asp/", "test/cat/1.png", "test/bee/")
    assert found(top) == {"train/ant/1.png": 0, "train/bee/1.png": 1, "train/cat/1.png": 2}
    assert found(top, "test") == {"test/cat/1.png": 2}
    laid_out("test/asp/1.png")  # numbers of train stay what they were
    assert found(top)["train/bee/1.png"] == 1
    assert found(top, "test") == {"test/asp/1.png": 3, "test/cat/1.png": 2}
    assert listed(top, "train").classes == ("ant", "bee", "cat")
    assert listed(top, "test").classes == ("ant", "bee", "cat", "asp")


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a/b/1.png"], "2 levels below"),
        (["a/1.png", "a/b/1.png"], "2 levels below"),
        (["cat/train/1.png", "dog/train/1.png"], "2 levels below"),
        (["train/a/b/1.png"], "2 levels below"),
        (["1.png", "cat/1.png"], "beside sub-folders"),
        (["train/1.png", "train/cat/1.png"], "beside sub-folders"),
        (["1.png", "train/1.png"], "beside the splits train"),
        (["train/1.png", "training/1.png"], "same split"),
        (["train/1.png", "test/1.png", "bus/1.png"], "splits, or classes"),
        (["train/cat/1.png", "masks/1.png"], "2 levels below"),
        (["cats/0.png", "dogs/0.png", "dogs/more/2020/05/9.png"], "4 levels below"),
        (["cats/0.png", "/".join("abcdefghijklmnop") + "/9.png"], "16 levels below"),
        (["train_images/1.png", "test_images/1.png"], "train_images splits, or classes"),
        (["training_set/1.png", "test_set/1.png"], "splits, or classes"),
        (["trainA/1.png", "trainB/1.png", "testA/1.png", "testB/1.png"], "splits, or classes"),
        (["Training Set/1.png", "Test Set/1.png"], "splits, or classes"),
        (["train/1.png", "eval/1.png"], "splits, or classes"),
        (["train/1.png", "unlabeled/1.png"], "splits, or classes"),
        (["train2017/1.png", "val2017/1.png"], "splits, or classes"),
        (["images-train/1.png", "images-test/1.png"], "splits, or classes"),
        (["test/1.png"], "no folder"),
        (["train/", "test/1.png"], "no images in"),
        (["cat/", "readme.txt"], "no images in"),
    ],
)
def test_other_layouts_are_refused_in_a_line(laid_out, names, says, refused):
    with refused("folder: ", says):
        listed(laid_out(*names), "train")


def test_a_broken_link_and_a_pipe_are_named_and_not_opened(laid_out, refused):
    top = laid_out("1.png")
    os.symlink(top / "gone.png", top / "2.png")
    with refused(top / "2.png", "expected a file"):
        listed(top, "train")
    (top / "2.png").unlink()
    os.mkfifo(top / "3.png")
    with refused(top / "3.png", "expected a file"):
        listed(top, "train")


def test_links_are_followed_and_a_circle_of_them_ends(laid_out, refused):
    top = laid_out("real/cat/1.png", "linked/")
    os.symlink(top / "real/cat", top / "linked/cat")
    assert found(top / "linked") == {"cat/1.png": 0}
    os.symlink(top / "linked", top / "linked/cat/circle")
    with refused(top / "linked/cat/circle", "a link to a folder that it lies in"):
        listed(top / "linked", "train")


@pytest.mark.parametrize("name", ["trainer", "valley", "developer", "testosterone", "Trains", "extractor"])
def test_words_that_begin_like_a_split_are_classes(laid_out, name):
    assert found(laid_out("train/1.png", f"{name}/1.png")) == dict(
        zip(sorted(["train/1.png", f"{name}/1.png"]), (0, 1), strict=True)
    )


@pytest.mark.parametrize("name", ["2.heic", "cats/2.AVIF", "cats/2.jxl", "2.tga", "2.jp2"])
def test_images_in_a_format_that_is_not_read_are_named(laid_out, name, refused):
    top = laid_out("cats/1.png", "dogs/1.png", "readme.md", name)
    with refused(top / name, "are not read; convert it"):
        listed(top, "train")


def test_a_folder_that_cannot_be_listed_is_named_once(laid_out, refused, monkeypatch):
    top = laid_out("cats/1.png")

    def closed(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "listdir", closed)
    with refused(f"folder: cannot list {top}: Permission denied") as _:
        listed(top, "train")
