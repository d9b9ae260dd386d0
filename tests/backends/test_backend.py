"""tinygan.backend: which module an array belongs to, and which backend a name gives."""

import os
import platform
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import tinygan.machine
from tests.backends.strict import backend as strict_backend
from tests.backends.strict import strict
from tinygan.backend import Backend, backend, namespace, numpy_backend, register, to_host
from tinygan.errors import BackendError, DeviceMismatch
from tinygan.machine import keep_freed_memory


class Foreign:
    """An array of a module that nobody has registered."""


@pytest.fixture
def modules(monkeypatch):
    """The registry, put back as it was after the test."""
    monkeypatch.setattr(tinygan.backend, "_MODULES", dict(tinygan.backend._MODULES))
    return tinygan.backend._MODULES


def stub_cupy(monkeypatch, *, gpu):
    """Makes `import cupy` give a module that has, or has not, found a GPU."""
    module = ModuleType("cupy")
    module.cuda = SimpleNamespace(is_available=lambda: gpu)
    module.ndarray = type("ndarray", (), {"__module__": "cupy"})
    module.asnumpy = lambda array: np.full(2, 7.0)
    monkeypatch.setitem(sys.modules, "cupy", module)
    return module


@pytest.mark.parametrize("number", [1, 2.0, True, np.float32(3), np.int64(4), [1.0, 2.0], (1, 2)])
def test_numbers_belong_to_any_module_and_alone_to_numpy(number):
    x = strict_backend().asarray([1.0])
    assert namespace(number) is np
    assert namespace(np.ones(2), number) is np
    assert namespace(number, x, number) is strict


def test_no_arrays_belong_to_numpy():
    assert namespace() is np


@pytest.mark.parametrize("array", [np.ones(3), np.array(1.0), np.ones(3).view(type("Sub", (np.ndarray,), {}))])
def test_numpy_arrays(array):
    assert namespace(array, array) is np


def test_two_modules_in_one_call():
    with pytest.raises(
        DeviceMismatch, match=r"arrays of numpy and of strict in one call; .* Backend.asarray or to_host"
    ):
        namespace(np.ones(3), 2.0, strict_backend().asarray([1.0]))


@pytest.mark.parametrize("thing", ["text", object(), {1.0}, Foreign()])
def test_what_is_no_array(thing):
    with pytest.raises(DeviceMismatch, match=f"got {type(thing).__name__}"):
        namespace(np.ones(3), thing)


def test_register(modules):
    home = SimpleNamespace(__name__="home")
    register(Foreign, home)
    assert namespace(Foreign(), 1.0) is home
    with pytest.raises(DeviceMismatch, match="arrays of home and of numpy"):
        namespace(Foreign(), np.ones(3))


def test_cupys_arrays_are_recognised_without_an_import(modules, monkeypatch):
    cupy = stub_cupy(monkeypatch, gpu=True)
    array = cupy.ndarray()
    assert namespace(array, 1.0) is cupy
    assert modules[cupy.ndarray] is cupy  # found at once the next time
    np.testing.assert_array_equal(to_host(array), [7.0, 7.0])


@pytest.mark.parametrize("device", [numpy_backend, strict_backend()], ids=repr)
def test_asarray_and_to_host(device):
    host = np.arange(3.0)
    array = device.asarray(host, dtype=np.float32)
    assert namespace(array) is device.module
    assert array.dtype == np.float32
    assert device.asarray([1, 2]).shape == (2,)
    for back in (to_host(array), device.to_host(array)):
        assert type(back) is np.ndarray
        np.testing.assert_array_equal(back, host)
    device.synchronize()


def test_to_host_of_numbers():
    assert type(to_host(2.5)) is np.ndarray
    np.testing.assert_array_equal(to_host([1, 2]), [1, 2])


def test_synchronize_asks_the_device():
    calls = []
    device = SimpleNamespace(synchronize=lambda: calls.append("synchronize"))
    Backend("stub", SimpleNamespace(cuda=SimpleNamespace(Device=lambda: device))).synchronize()
    assert calls == ["synchronize"]


def test_numpy():
    assert backend("numpy") is numpy_backend
    assert (numpy_backend.name, numpy_backend.module, repr(numpy_backend)) == ("numpy", np, "Backend('numpy')")


def test_unknown_name():
    with pytest.raises(BackendError) as caught:
        backend("nonsense")
    assert str(caught.value) == "no backend 'nonsense'; choose numpy, cupy or auto"


@pytest.mark.parametrize("missing", ["cupy", "gpu"])
def test_cupy_that_cannot_run(monkeypatch, missing):
    if missing == "cupy":
        monkeypatch.setitem(sys.modules, "cupy", None)  # import cupy is an ImportError now
    else:
        stub_cupy(monkeypatch, gpu=False)
    assert backend("auto") is numpy_backend
    assert backend() is numpy_backend
    with pytest.raises(BackendError) as caught:
        backend("cupy")
    message = str(caught.value)
    assert "\n" not in message
    for words in ("NVIDIA GPU", "tinygan[cuda12]", "tinygan[cuda13]", "--backend numpy"):
        assert words in message


@pytest.mark.parametrize("name", ["cupy", "auto"])
def test_cupy_with_a_gpu(monkeypatch, name):
    cupy = stub_cupy(monkeypatch, gpu=True)
    found = backend(name)
    assert (found.name, found.module) == ("cupy", cupy)


@pytest.mark.gpu
def test_cupy_itself():
    pytest.importorskip("cupy")
    device = backend("cupy")
    array = device.asarray(np.arange(3.0))
    assert namespace(array, 1.0).__name__ == "cupy"
    device.synchronize()
    np.testing.assert_array_equal(device.to_host(array * 2), [0, 2, 4])


def test_importing_tinygan_backend_imports_no_cupy():
    script = "import sys, tinygan.backend; sys.exit(any(name.startswith('cupy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


class Libc:
    """Stands for the C library; records what mallopt is told."""

    def __init__(self):
        self.told = []

    def mallopt(self, option, value):
        self.told.append((option, value))
        return 1


@pytest.fixture
def libc(monkeypatch):
    library = Libc()
    monkeypatch.setattr(tinygan.machine.ctypes, "CDLL", lambda name: library)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("TINYGAN_KEEP_MEMORY", raising=False)
    return library


def test_keep_freed_memory(libc):
    keep_freed_memory()
    assert libc.told == [(-3, 2**30), (-1, 2**31 - 1)]  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD: the values fit a C int


def test_keep_freed_memory_is_the_users_choice(libc, monkeypatch):
    monkeypatch.setenv("TINYGAN_KEEP_MEMORY", "0")
    keep_freed_memory()
    assert libc.told == []


def test_keep_freed_memory_on_another_system(libc, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    keep_freed_memory()
    assert libc.told == []


def test_keep_freed_memory_with_another_c_library(monkeypatch, libc):
    monkeypatch.setattr(tinygan.machine.ctypes, "CDLL", lambda name: object())  # musl has no mallopt
    keep_freed_memory()
    assert libc.told == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the options are glibc's")
def test_glibc_accepts_what_keep_freed_memory_tells_it():
    script = """
import ctypes, tinygan.backend
glibc, answers = ctypes.CDLL(None), []
class Libc:
    mallopt = staticmethod(lambda option, value: answers.append(glibc.mallopt(option, value)))
ctypes.CDLL = lambda name: Libc
tinygan.machine.keep_freed_memory()
print(answers)
"""
    environment = {name: value for name, value in os.environ.items() if name != "TINYGAN_KEEP_MEMORY"}
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "[1, 1]"
