"""tinygan data NAME --fetch, from a server on the loopback."""

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from tests.data import serving
from tinygan.cli import fetching
from tinygan.cli.terminal import Terminal
from tinygan.data import places
from tinygan.data.downloads import DOWNLOADS
from tinygan.data.fetch import fetch

ROOT = Path(__file__).parents[2]
IMAGES = "/a/train-images-idx3-ubyte.gz"


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server with the small MNIST, which --fetch asks; the cache is tmp_path/cache."""
    pytest.importorskip("pooch", reason="needs the extra fetch")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = serving.Server()
    serving.serve_mnist(made, "/a/")
    published = serving.of_mnist(made.address + "/a/")
    monkeypatch.setattr(fetching, "fetch", partial(fetch, published=published, schemes=("http",)))
    monkeypatch.setattr(places, "cache", lambda: tmp_path / "cache")
    yield made
    made.close()


def test_what_is_fetched_is_found_without_an_option(server, tinygan, tmp_path):
    result = tinygan("data", "mnist", "--fetch")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"mnist: fetched to {tmp_path / 'cache/mnist'}\nmnist: 200 images of 28 x 28 x 1")
    assert tinygan("train", "dcgan-quick", "--data", "mnist", "--iterations", 1, "--set", "width=4").code == 0
    server.asked.clear()
    assert f"mnist: its files are already in {tmp_path / 'cache/mnist'}\n" in tinygan("data", "mnist", "--fetch").out
    assert server.asked == []


@pytest.mark.parametrize("name", ["stacked-mnist", "inverted-mnist", "digits+mnist"])
def test_a_set_that_is_made_of_it(name, server, tinygan, tmp_path):
    result = tinygan("data", name, "--fetch", "--data-dir", "here")
    assert (result.code, result.err) == (0, "")
    assert f"mnist: fetched to {tmp_path / 'here/mnist'}\n{name}: " in result.out


def test_to_the_folder_that_the_variable_names(server, tinygan, tmp_path, monkeypatch):
    monkeypatch.setenv("TINYGAN_DATA", "there")
    assert f"fetched to {tmp_path / 'there/mnist'}\n" in tinygan("data", "mnist", "--fetch").out
    assert tinygan("data", "mnist").code == 0


def test_a_failure_is_one_line(server, tinygan, tmp_path):
    server.answers.clear()
    result = tinygan("data", "mnist", "--fetch")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert f"404 Not Found); try again, or put {', '.join(sorted(serving.FILES))}" in result.err
    assert result.err.endswith(f", plain or .gz, into {tmp_path / 'cache/mnist'}\n")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ring", "--fetch"), "ring has no files to fetch; --fetch is for mnist, fashion-mnist, cifar10 and what is"),
        (("edges-digits", "--fetch"), "edges-digits has no files to fetch"),
        (("mnits", "--fetch"), "No such data set 'mnits'. Did you mean 'mnist'?"),
        (("stacked-cifar10", "--fetch"), "No such data set 'stacked-cifar10'."),
        (("mnist+", "--fetch"), "No such data set 'mnist+'."),
        (("mnist", "--fetch", "--data-dir", ""), "--data-dir names a folder, got ''"),
        (("mnist", "--fetch", "--out", "a.txt"), "--out expects a .png, .svg or .pdf file, got 'a.txt'"),
        (("--fetch",), "--fetch, --out, --format and --dpi are of one data set: name it"),
        (("mnist", "--fetc"), "Did you mean '--fetch'?"),
    ],
)
def test_a_mistake_is_one_line_before_anything_is_fetched(arguments, words, server, tinygan, tmp_path):
    result = tinygan("data", *arguments)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert words in result.err
    assert server.asked == list(tmp_path.iterdir()) == []


def test_without_the_extra(tinygan, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    result = tinygan("data", "mnist", "--fetch")
    words = "--fetch needs the extra fetch: pip install 'tinygan[fetch]'\n"
    assert (result.code, result.out, result.err) == (2, "", words)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_a_line_at_times_without_a_terminal(server, tinygan, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS_BETWEEN_LINES", 0.0)
    lines = tinygan("data", "mnist", "--fetch").out.splitlines()
    assert "train-images-idx3-ubyte.gz: 0.1 of 0.2 MB" in lines


def test_progress_is_a_bar_on_a_terminal(capsys):
    terminal = Terminal(force_terminal=True, force_interactive=True, width=100)
    with fetching._Shown(terminal) as shown:
        shown("a.gz", 500_000, 2_000_000)
        shown("b.gz", 500_000, 0)
        shown("b.gz", 600_000, 0)
        assert [(task.description, task.completed, task.total) for task in shown.bar.tasks] == [("b.gz", 600_000, None)]
    assert "b.gz" in capsys.readouterr().out


PROGRAM = """
import sys
from functools import partial
from tests.data import serving
from tinygan.cli import fetching, main
from tinygan.data.fetch import fetch
published = serving.of_mnist(sys.argv[1])
fetching.fetch = partial(fetch, published=published, schemes=("http",))
main(["data", "mnist", "--fetch", "--data-dir", "my data"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_says_how_to_go_on(number, server, tmp_path):
    reached, over = threading.Event(), threading.Event()

    def slow(request):
        serving.send(request, 200, serving.IMAGES_GZ[:70_000], Content_Length=len(serving.IMAGES_GZ))
        request.wfile.flush()
        reached.set()
        over.wait(30)

    server.answers[IMAGES] = slow
    command = [sys.executable, "-c", PROGRAM, server.address + "/a/"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    options = {"cwd": tmp_path, "env": environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    folder = tmp_path / "my data/mnist"
    with subprocess.Popen(command, **options) as process:
        assert reached.wait(30)
        while not any(path.stat().st_size for path in folder.glob(".unfinished/train-images*.part")):
            time.sleep(0.01)  # its first piece is on the way
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    over.set()
    assert (process.returncode, out) == (128 + number, "")
    go_on = f"  tinygan data mnist --fetch --data-dir '{tmp_path / 'my data'}'\n"
    assert err == f"Stopped. What has come is kept; go on from there with:\n{go_on}"
    names = {path.name for path in folder.iterdir()}
    assert names == serving.FILES.keys() - {"train-images-idx3-ubyte"} | {".unfinished"}
    serving.serve_mnist(server, "/a/")
    again = subprocess.run(command, check=True, **options)
    assert "mnist: fetched to" in again.stdout
    assert {path.name for path in folder.iterdir()} == serving.FILES.keys()
    assert server.ranges(IMAGES) == [None, "bytes=65536-"]


def test_every_set_that_is_fetched_says_so_in_the_list(tinygan):
    lines = tinygan("data").out
    assert lines.count("--fetch") == len(DOWNLOADS)
