"""The terminal: everything goes there literally, whole, in any encoding, and whether or not somebody reads it."""

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from rich.table import Table
from rich.text import Text

from tinygan.cli import main
from tinygan.cli.terminal import Terminal, command, streams
from tinygan.observers import warn
from tinygan.signals import CLOSED_PIPE, deferred

pytestmark = pytest.mark.usefixtures("sketched")

NAMES = ["exp[seed=1]", "x[/bold]y", "[red]", "my run", "two  spaces", "a:tada:b", "https://x", "it's", "-run", "\\[x]"]
BROKEN = ["a\tb", "a\nb", "d\udcff", "ä"]


def written(width=80, terminal=True):
    """A Terminal, and a function that gives what it has written."""
    file = io.StringIO()
    return Terminal(file=file, width=width, force_terminal=terminal, color_system=None), file.getvalue


@pytest.mark.parametrize("name", NAMES + BROKEN)
def test_a_command_can_be_pasted(name):
    terminal, text = written(10)
    terminal.command("tinygan", "train", "--resume", Path(name))
    assert text().startswith("  tinygan ")
    assert text().endswith("\n")
    *_, word = shlex.split(text())
    assert Path(word) == Path(name)
    assert not word.startswith("-")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("terminal", [True, False])
def test_names_stand_literally_in_lines_sentences_tables_and_styles(name, terminal):
    console, text = written(80, terminal)
    table = Table(name, title=name, box=None)
    table.add_row(name)
    console.unbroken(name)
    console.say(name)
    console.say(Text(name, "bold"))
    console.table(table)
    assert text().count(name) == 6


def test_a_sentence_ends_its_lines_between_words_on_a_terminal_and_is_one_elsewhere():
    sentence = " ".join(f"{n:,}" for n in range(10**6, 10**6 + 40))
    for width in (80, 40):
        terminal, text = written(width)
        terminal.say(sentence)
        lines = text().splitlines()
        assert len(lines) > 1
        assert max(map(len, lines)) <= width
        assert " ".join(line.strip() for line in lines) == sentence
    pipe, text = written(80, terminal=False)
    pipe.say(sentence)
    assert text() == f"{sentence}\n"


@pytest.mark.parametrize("width", [80, 60, 30, 10])
def test_a_table_never_cuts_its_numbers_and_names(width):
    terminal, text = written(width)
    table = Table(box=None)
    for title in ("recipe", "W1"):
        table.add_column(title, no_wrap=True)
    table.add_column("words")
    table.add_row("minibatch-discrimination", "0.123 ± 0.456", "words that may stand below each other")
    terminal.table(table)
    assert "minibatch-discrimination" in text()
    assert "0.123 ± 0.456" in text()
    assert "…" not in text()


@pytest.mark.parametrize("name", ["exp[seed=1]", "x[/bold]y", "my run", "a:tada:b", "two  spaces"])
def test_every_command_prints_a_users_name_as_it_is(name, tinygan, tiny):
    quoted = shlex.quote(name)
    result = tinygan(*tiny, "--iterations", 2, "--out", name)
    assert result.code == 0, result.err
    assert f"pictures and checkpoints in {name}\n" in result.out
    assert result.out.endswith(f"\n  tinygan sample {quoted}\n")
    assert f"--resume {quoted}," in tinygan(*tiny, "--out", name).err
    assert tinygan("evaluate", name, "--samples", 20).out.startswith(f"{name}: gan-1d")
    assert f": {name}/s.npz\n" in tinygan("sample", name, "--out", f"{name}/s.npz").out
    assert tinygan("data", "digits", "--out", f"{name}/d.png").out.endswith(f": {name}/d.png\n")
    assert f" {name}.toml" in tinygan("train", "--config", f"{name}.toml").err
    profiled = tinygan("profile", "gan-1d", "--iterations", 1, "--batch-size", 4, "--out", f"{name}.png")
    assert profiled.out.endswith(f"picture: {name}.png\n")


def test_compare_prints_a_users_name_as_it_is(tinygan):
    small = ("--iterations", 2, "--set", "m=8", "--samples", 20, "--processes", 0, "--seeds", 1)
    name = "c[/x] :tada:"
    result = tinygan("compare", "gan-1d", *small, "--out", name)
    assert result.code == 0, result.err
    assert f"runs in {name}\n" in result.out
    assert f"drawn: {name}/comparison.png" in result.out
    refused = tinygan("compare", "gan-1d:k=1", *small, "--out", name)
    assert f"--resume {shlex.quote(name)}," in refused.err


@pytest.mark.parametrize("width", [80, 50])
def test_train_on_a_terminal_breaks_no_number_and_no_command(width, tinygan, tiny, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("tinygan.observers.console.SECONDS_BETWEEN_LINES", 0.0)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("tinygan.cli.train.Terminal", lambda: Terminal(force_terminal=True))
    folder = "a folder " * 10
    result = tinygan(*tiny, "--iterations", 12, "--seed", 10**20, "--out", folder)
    assert result.code == 0, result.err
    sentences = [line for line in result.out.splitlines() if "folder" not in line]
    assert max(map(len, sentences)) <= width
    words = result.out.split()
    assert {str(10**20), "numpy", "12/12", "1,153"} <= {word.strip(",") for word in words}
    assert f"\n  tinygan sample '{folder}'\n" in result.out


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", b"d\xff \xc3\xa4 \xc2\xb1\n"), ("ascii", b"d\xff ? +-\n"), ("latin-1", b"d\xff \xe4 \xb1\n")],
)
def test_any_text_can_be_printed_in_any_locale(encoding, expected, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding, newline="\n"))
    with streams():
        Terminal(width=80).say("d\udcff ä ±")
    assert raw.getvalue() == expected


def closed_pipe():
    """A stream that nobody reads, written line by line."""
    reader, writer = os.pipe()
    os.close(reader)
    return open(writer, "w", buffering=1, encoding="utf-8")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("by_click", [True, False])
def test_a_pipe_that_nobody_reads_asks_to_stop_once_and_takes_the_rest(stream, by_click, monkeypatch):
    def write():
        if by_click:
            click.echo("nobody reads this", err=stream == "stderr")
        else:
            print("nobody reads this", file=getattr(sys, stream), flush=True)

    with closed_pipe() as pipe:
        monkeypatch.setattr(sys, stream, pipe)
        with streams(), deferred() as asked:
            write()
            assert asked() == CLOSED_PIPE
            write()


@pytest.mark.parametrize(("stream", "name"), [("stdout", "standard output"), ("stderr", "standard error")])
def test_a_full_disk_behind_a_stream_is_named(stream, name, monkeypatch, tmp_path):
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, stream, full)
        with streams(), pytest.raises(OSError, match=name):
            print("too much", file=getattr(sys, stream), flush=True)
        full.close()  # what waited in its buffer fails no second time


def test_train_into_a_closed_pipe_saves_and_says_how_to_go_on(tinygan, tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tinygan.observers.console.SECONDS_BETWEEN_LINES", 0.0)
    with closed_pipe() as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        patch.setattr("tinygan.cli.train._describe", lambda *_: None)  # the reader goes when training has begun
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in (*tiny, "--iterations", 1000, "--out", "my run")])
    assert ended.value.code == 128 + CLOSED_PIPE
    assert capsys.readouterr().err == (
        "Stopped after iteration 1; all is saved. Go on with:\n  tinygan train --resume 'my run'\n"
    )
    assert tinygan("train", "--resume", "my run", "--iterations", 3).code == 0


def test_a_word_that_nobody_reads_fails_no_run_after_its_training(tinygan, tiny, monkeypatch):
    def warned(frames, path):
        warn("a picture is left out")
        assert Path(path).name == "film.gif"

    monkeypatch.setattr("tinygan.observers.pictures.film", warned)
    with closed_pipe() as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", pipe)
        result = tinygan(*tiny, "--iterations", 2, "--out", "a")
    assert (result.code, result.out.splitlines()[-1]) == (0, "  tinygan sample a")


def test_train_into_a_pipe_that_was_closed_before_it_began_says_how_to_go_on(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with closed_pipe() as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in (*tiny, "--out", "a")])
    assert ended.value.code == 128 + CLOSED_PIPE
    told = "Stopped at once. Go on from the last checkpoint with:\n  tinygan train --resume a\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [(">&-", 0, ""), ("> /dev/full", 1, "No space left on device: standard output\n"), ("2>&-", 0, "")],
)
@pytest.mark.parametrize("buffered", ["", "1"])
def test_streams_that_are_closed_or_full_are_no_traceback(redirection, code, words, buffered):
    """Whether Python keeps what is printed until its end, as it does by itself, or not."""
    program = f"{shlex.quote(sys.executable)} -m tinygan recipes {redirection}"
    environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
    ended = subprocess.run(["sh", "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (code, words)


def test_a_listing_into_a_closed_pipe_ends_as_other_programs_do():
    program = f"{{ sleep 0.1; {shlex.quote(sys.executable)} -m tinygan recipes; echo $? >&2; }} | true"
    ended = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=False)
    assert ended.stderr == "141\n"


def test_the_words_of_a_command():
    assert command("tinygan", "--set", "a=b c") == "tinygan --set 'a=b c'"
    assert command(Path("-x")) == "./-x"


def test_a_table_cuts_no_word(tinygan, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    out = tinygan("data").out
    assert "…" not in out
    assert "dataset-fashion-mnist" in out


def test_a_terminal_without_a_size_shows_everything(tinygan, monkeypatch):
    monkeypatch.setenv("COLUMNS", "0")
    assert "learning rate of G" in " ".join(tinygan("recipes", "gan-1d").out.split())
