"""Requests to stop: what is deferred, what is not, and that every handler is put back."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tinygan.signals import CLOSED_PIPE, SIGNALS, Stop, ask, deferred, immediate, number_of


def handlers():
    return [signal.getsignal(each) for each in SIGNALS]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_is_raised_or_noted_and_handlers_are_put_back(number):
    before = handlers()
    with immediate():
        with deferred() as asked:
            assert asked() == 0
            signal.raise_signal(number)
            assert asked() == number
        with pytest.raises(Stop) as raised:
            signal.raise_signal(number)
    assert number_of(raised.value) == number
    assert handlers() == before


def test_a_closed_pipe_is_treated_as_the_signals_are():
    with immediate():
        with deferred() as asked:
            ask(CLOSED_PIPE)
            assert asked() == CLOSED_PIPE == signal.SIGPIPE
        with pytest.raises(Stop) as raised:
            ask(CLOSED_PIPE)
    assert raised.value.number == CLOSED_PIPE


def test_a_closed_pipe_in_another_thread_is_told_to_the_main_one():
    def wait():
        thread.start()
        thread.join()
        time.sleep(5)  # which the signal ends

    thread = threading.Thread(target=ask, args=(CLOSED_PIPE,))
    with immediate() as raised, pytest.raises(Stop) as stopped:
        wait()
    assert stopped.value.number == raised() == CLOSED_PIPE
    thread = threading.Thread(target=ask, args=(CLOSED_PIPE,))
    with immediate() as raised, deferred() as asked:
        thread.start()
        thread.join()
        assert asked() == CLOSED_PIPE
        signal.raise_signal(signal.SIGTERM)
    assert raised() == 0


def test_a_second_ctrl_c_stops_at_once_but_no_second_signal_of_a_terminal_that_is_closed():
    with immediate(), deferred() as asked:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)  # from the shell and from the system
        signal.raise_signal(signal.SIGTERM)
        assert asked() == signal.SIGHUP
        with pytest.raises(Stop):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_that_was_raised_is_known_whatever_became_of_it(number):
    with immediate() as asked:
        assert asked() == 0
        with contextlib.suppress(Stop):
            signal.raise_signal(number)
        assert asked() == number


def test_a_second_ctrl_c_is_known_as_well():
    with immediate() as raised, deferred():
        signal.raise_signal(signal.SIGINT)
        assert raised() == 0
        with contextlib.suppress(Stop):
            signal.raise_signal(signal.SIGINT)
        assert raised() == signal.SIGINT


def test_the_notice_is_told_once_and_at_once(capfd):
    with immediate(), deferred(lambda: "stopping") as asked:
        signal.raise_signal(signal.SIGTERM)
        assert capfd.readouterr().err == "stopping\n"
        signal.raise_signal(signal.SIGTERM)
        assert capfd.readouterr().err == ""
        assert asked()


def test_what_is_ignored_under_nohup_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with immediate(), deferred() as asked:
            signal.raise_signal(signal.SIGHUP)
            assert not asked()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_the_command_line_ctrl_c_alone_is_deferred():
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    with deferred() as asked:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        signal.raise_signal(signal.SIGINT)
        assert asked() == signal.SIGINT


def test_another_thread_than_the_first_sets_no_signals():
    found = []

    def work():
        with immediate(), deferred() as asked:
            found.append(asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [0]


@pytest.mark.parametrize("module", ["numpy", "rich", "tinygan.cli.commands"])
def test_ctrl_c_amid_the_imports_of_the_command_line_is_no_traceback(module):
    program = f"""
import os, runpy, signal, sys

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
runpy.run_module("tinygan", run_name="__main__")
"""
    ended = subprocess.run([sys.executable, "-c", program], env=os.environ, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")
