"""Fetching, from a server on the loopback: each fault is one line, leaves no file that a loader finds, and passes."""

import gzip
import os
import socket
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.data import serving
from tests.data.serving import FILES, IMAGES_GZ, LABELS, Server, moved, of_cifar10, of_mnist, ranged, serve_mnist, whole
from tinygan.data import load, places
from tinygan.data.fetch import fetch
from tinygan.errors import DataError, RunError, SettingError

pytest.importorskip("pooch", reason="needs the extra fetch")

HTTP = ("http",)
PATH = "/a/train-images-idx3-ubyte.gz"
FILE = "train-images-idx3-ubyte"
SIZE = len(FILES[FILE])


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """No proxy, and an error before another host is asked for."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    resolve = socket.getaddrinfo

    def local(host, *others, **options):
        assert host == "127.0.0.1", host
        return resolve(host, *others, **options)

    monkeypatch.setattr(socket, "getaddrinfo", local)


@pytest.fixture
def server():
    """A server whose mirrors /a/ and /b/ have the small MNIST."""
    made = Server()
    for mirror in ("/a/", "/b/"):
        serve_mnist(made, mirror)
    yield made
    made.close()


@pytest.fixture
def fetched(server, tmp_path):
    """fetched("/a/", ...): fetches the small MNIST from these mirrors to tmp_path/cache."""

    def run(*mirrors, **options):
        published = of_mnist(*(server.address + mirror for mirror in mirrors))
        return fetch("mnist", tmp_path / "cache", published=published, **{"schemes": HTTP, **options})

    return run


def left(tmp_path):
    """The files under tmp_path, by their names in the folder of the data set or of what is unfinished."""
    paths = [path for path in tmp_path.rglob("*") if not path.is_dir()]
    assert {path.parent for path in paths} <= {tmp_path / "cache/mnist", tmp_path / "cache/mnist/.unfinished"}
    return {path.name: path.read_bytes() for path in paths}


def parts(files):
    return [name for name in files if name.endswith(".part")]


FAULTS = {
    "404": (serving.missing, "404"),
    "another file": (whole(gzip.compress(bytes(SIZE), mtime=0)), "SHA-256 is not that of the published file"),
    "cut again and again": (lambda request: ranged(IMAGES_GZ, 0)(request), "the connection was cut"),
    "a redirect to file:": (moved("file:///etc/passwd"), "redirects to file:, which is not followed"),
    "a redirect to ftp:": (moved("ftp://127.0.0.1/x"), "redirects to ftp:, which is not followed"),
    "a redirect to a scheme that is not allowed": (moved("https://127.0.0.1/x"), "redirects to https:"),
    "a redirect to itself": (moved(PATH), "redirects more than 5 times"),
    "a redirect to no address": (moved("http://[::"), "no address"),
    "a larger body, promised": (whole(bytes(10**6), 10**6), "it sends 1,000,000 bytes"),
    "a larger body, not promised": (whole(bytes(10**6)), f"more than the {len(IMAGES_GZ):,} bytes"),
    "a gzip bomb": (whole(gzip.compress(bytes(100 * SIZE), mtime=0)), f"unpacks to more than the {SIZE:,} bytes"),
    "a page of a portal": (whole(b"<html>Please log in</html>"), "no whole gzip"),
    "half a gzip that calls itself whole": (whole(IMAGES_GZ[:1000], 1000), "no whole gzip"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_line_and_the_next_try_succeeds(fault, server, fetched, tmp_path):
    server.answers[PATH], words = FAULTS[fault]
    with pytest.raises(DataError) as info:
        fetched("/a/")
    message = str(info.value)
    assert "\n" not in message
    assert words in message
    assert f"mnist: {FILE}.gz could not be fetched (127.0.0.1:" in message
    assert message.endswith(f"{', '.join(sorted(FILES))}, plain or .gz, into {tmp_path / 'cache/mnist'}")
    assert {name for name in left(tmp_path) if not name.endswith(".part")} == FILES.keys() - {FILE}
    with pytest.raises(DataError, match="lacks"):
        load("mnist", data_dir=tmp_path / "cache")
    serve_mnist(server, "/a/")
    assert fetched("/a/") == (tmp_path / "cache/mnist", True)
    assert left(tmp_path) == FILES


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_the_next_mirror_is_tried(fault, server, fetched, tmp_path):
    server.answers[PATH], _ = FAULTS[fault]
    fetched("/a/", "/b/")
    assert left(tmp_path) == FILES
    assert not (tmp_path / "cache/mnist/.unfinished").exists()
    assert server.ranges(PATH.replace("/a/", "/b/")) == [None]


def test_what_is_fetched_is_what_is_loaded(fetched, tmp_path, monkeypatch):
    fetched("/a/")
    data = load("mnist", data_dir=tmp_path / "cache")
    np.testing.assert_array_equal(data.images[..., 0], serving.IMAGES)
    np.testing.assert_array_equal(data.labels, LABELS)
    assert len(data.held_out()) == 50
    monkeypatch.setenv(places.VARIABLE, str(tmp_path / "cache"))
    assert len(load("mnist")) == len(load("stacked-mnist").digits) == 200


def test_files_that_are_there_are_not_fetched_again(server, fetched, tmp_path):
    assert fetched("/a/") == (tmp_path / "cache/mnist", True)
    server.asked.clear()
    assert fetched("/a/") == (tmp_path / "cache/mnist", False)
    (tmp_path / "cache/mnist" / FILE).unlink()
    fetched("/a/")
    assert server.asked == [(PATH, None)]


def test_files_that_were_put_there_as_they_are_served_are_not_fetched(server, fetched, tmp_path):
    """As the message of a failure says."""
    (tmp_path / "cache/mnist").mkdir(parents=True)
    for name, packed in serving.PACKED.items():
        (tmp_path / "cache/mnist" / f"{name}.gz").write_bytes(packed)
    assert fetched("/a/") == (tmp_path / "cache/mnist", False)
    assert server.asked == []


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("", b"mine"),
        ("", bytes(SIZE)),
        (".gz", b"mine"),
        (".gz", gzip.compress(b"mine")),
        (".gz", IMAGES_GZ[:-9]),
        (".gz", gzip.compress(FILES[FILE] + b"x")),
    ],
)
def test_a_file_of_someone_else_is_not_replaced(ending, content, server, fetched, tmp_path):
    path = tmp_path / "cache/mnist" / (FILE + ending)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(DataError, match="is not the published file; move it to another folder"):
        fetched("/a/")
    assert path.read_bytes() == content
    assert server.asked == []
    path.unlink()
    fetched("/a/")


def test_a_connection_that_is_cut_is_resumed(server, fetched, tmp_path):
    server.answers[PATH] = ranged(IMAGES_GZ, 60_000)
    fetched("/a/")
    assert server.ranges(PATH) == [None, "bytes=60000-", "bytes=120000-"]
    assert left(tmp_path) == FILES


def test_the_next_call_resumes_too(server, fetched, tmp_path):
    server.answers[PATH] = lambda request: ranged(IMAGES_GZ, 0 if request.headers["Range"] else 70_000)(request)
    with pytest.raises(DataError, match="the connection was cut"):
        fetched("/a/")
    (name,) = parts(left(tmp_path))
    assert left(tmp_path)[name] == IMAGES_GZ[:70_000]
    serve_mnist(server, "/a/")
    server.asked.clear()
    fetched("/a/")
    assert server.ranges(PATH) == ["bytes=70000-"]
    assert left(tmp_path) == FILES


def test_bytes_of_two_mirrors_are_not_joined(server, fetched, tmp_path):
    server.answers[PATH] = lambda request: ranged(IMAGES_GZ, 0 if request.headers["Range"] else 70_000)(request)
    fetched("/a/", "/b/")
    assert server.ranges(PATH.replace("/a/", "/b/")) == [None]
    assert left(tmp_path) == FILES


def test_a_gz_stays_one(server, fetched, tmp_path):
    """Servers that know the ending .gz call it an encoding of the body."""

    def encoded(request):
        assert request.headers["Accept-Encoding"] == "identity"
        serving.send(request, 200, IMAGES_GZ, Content_Length=len(IMAGES_GZ), Content_Encoding="gzip")

    server.answers[PATH] = encoded
    fetched("/a/")
    assert left(tmp_path) == FILES


def part_of(fetched, server, tmp_path, content):
    """Leaves `content` as an unfinished transfer."""
    server.answers[PATH] = lambda request: ranged(IMAGES_GZ, 0 if request.headers["Range"] else 10)(request)
    with pytest.raises(DataError):
        fetched("/a/")
    (name,) = parts(left(tmp_path))
    (tmp_path / "cache/mnist/.unfinished" / name).write_bytes(content)
    server.asked.clear()


def no_range(request):
    serving.send(request, 416, Content_Length=0)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (whole(IMAGES_GZ, len(IMAGES_GZ)), ["bytes=70000-"]),  # it knows no ranges
        (ranged(IMAGES_GZ, shift=7), ["bytes=70000-", None]),  # it sends another range
        (lambda request: (no_range if request.headers["Range"] else whole(IMAGES_GZ))(request), ["bytes=70000-", None]),
    ],
)
def test_without_a_range_the_whole_is_fetched(answer, asked, server, fetched, tmp_path):
    part_of(fetched, server, tmp_path, IMAGES_GZ[:70_000])
    server.answers[PATH] = answer
    fetched("/a/")
    assert server.ranges(PATH) == asked
    assert left(tmp_path) == FILES


def test_a_transfer_that_was_complete_is_not_repeated(server, fetched, tmp_path):
    part_of(fetched, server, tmp_path, IMAGES_GZ)
    serve_mnist(server, "/a/")
    fetched("/a/")
    assert server.ranges(PATH) == [f"bytes={len(IMAGES_GZ)}-"]
    assert left(tmp_path) == FILES


@pytest.mark.parametrize("stale", [bytes(70_000), bytes(10**6)])
def test_an_unfinished_transfer_of_another_file_is_removed(stale, server, fetched, tmp_path):
    part_of(fetched, server, tmp_path, stale)
    serve_mnist(server, "/a/")
    if len(stale) < len(IMAGES_GZ):
        with pytest.raises(DataError, match="no whole gzip"):
            fetched("/a/")
        assert parts(left(tmp_path)) == []
    fetched("/a/")
    assert left(tmp_path) == FILES


def test_a_link_in_its_place_is_not_followed(server, fetched, tmp_path):
    part_of(fetched, server, tmp_path, b"")
    (name,) = parts(left(tmp_path))
    path, aim = tmp_path / "cache/mnist/.unfinished" / name, tmp_path / "aim"
    aim.write_bytes(b"mine")
    path.unlink()
    path.symlink_to(aim)
    serve_mnist(server, "/a/")
    fetched("/a/")
    assert aim.read_bytes() == b"mine"


def test_a_link_in_place_of_the_unfinished_is_not_followed(fetched, tmp_path):
    (tmp_path / "aim").mkdir()
    (tmp_path / "cache/mnist").mkdir(parents=True)
    (tmp_path / "cache/mnist/.unfinished").symlink_to(tmp_path / "aim")
    fetched("/a/")
    assert left(tmp_path) == FILES
    assert not os.path.lexists(tmp_path / "cache/mnist/.unfinished")


def test_two_processes_do_not_fetch_to_one_folder_at_once(server, fetched, tmp_path):
    refused = []

    def meanwhile(*_):
        with pytest.raises(RunError, match="is in use by another process; wait until that has ended"):
            fetched("/a/")
        refused.append(True)

    pytest.importorskip("fcntl", reason="no locks of folders here")
    fetched("/a/", report=meanwhile)
    assert refused
    assert left(tmp_path) == FILES
    assert fetched("/a/") == (tmp_path / "cache/mnist", False)


def test_what_a_killed_process_left_is_removed(fetched, tmp_path):
    work = tmp_path / "cache/mnist/.unfinished"
    work.mkdir(parents=True)
    (work / "tmp1234").write_bytes(b"half")
    fetched("/a/")
    assert left(tmp_path) == FILES


def test_a_verified_file_that_has_not_its_place_yet_gets_it(server, fetched, tmp_path):
    work = tmp_path / "cache/mnist/.unfinished"
    work.mkdir(parents=True)
    (work / FILE).write_bytes(FILES[FILE])
    fetched("/a/")
    assert left(tmp_path) == FILES
    assert server.ranges(PATH) == []


def test_redirects_of_the_same_scheme_are_followed(server, fetched, tmp_path):
    server.answers[PATH] = moved("/b/" + PATH.rpartition("/")[2])
    fetched("/a/")
    assert left(tmp_path) == FILES


def test_http_is_refused_before_a_server_is_asked(server, fetched, tmp_path):
    with pytest.raises(DataError, match="http: is not allowed"):
        fetched("/a/", schemes=("https",))
    published = of_mnist(server.address + "/a/")
    with pytest.raises(DataError, match="http: is not allowed"):
        fetch("mnist", tmp_path / "cache", published=published)
    assert server.asked == []
    assert left(tmp_path) == {}


def test_a_mirror_that_is_not_there(fetched, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = of_mnist(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/b/")
    with pytest.raises(DataError) as info:
        fetch("mnist", tmp_path / "cache", published=gone, schemes=HTTP)
    hosts = f"127.0.0.1:{port}, 127.0.0.1:{port}: no connection"
    assert f"mnist: t10k-labels-idx1-ubyte.gz could not be fetched ({hosts}); try again, or put" in str(info.value)
    assert list((tmp_path / "cache/mnist").iterdir()) == []
    fetched("/a/")


def test_a_server_that_says_nothing_is_left(server, fetched, tmp_path, monkeypatch):
    monkeypatch.setattr("tinygan.data.transfer.TIMEOUT", (10.0, 0.2))

    def stall(request):
        if request.headers["Range"]:
            return ranged(IMAGES_GZ)(request)
        serving.send(request, 200, IMAGES_GZ[:70_000], Content_Length=len(IMAGES_GZ))
        request.wfile.flush()
        return time.sleep(0.5)

    server.answers[PATH] = stall
    fetched("/a/")
    assert server.ranges(PATH) == [None, "bytes=65536-"]  # whole pieces are kept
    assert left(tmp_path) == FILES


def test_the_body_of_a_redirect_is_not_read(server, fetched, tmp_path):
    server.answers[PATH] = lambda request: serving.send(request, 302, Location="/b" + PATH[2:], Content_Length=10**12)
    fetched("/a/")
    assert left(tmp_path) == FILES


def test_ctrl_c_in_the_middle(server, fetched, tmp_path):
    def interrupt(name, done, size):
        if name.startswith(FILE):
            assert (done, size) == (65_536, len(IMAGES_GZ))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetched("/a/", report=interrupt)
    files = left(tmp_path)
    (name,) = parts(files)
    assert files.keys() == FILES.keys() - {FILE} | {name}
    assert IMAGES_GZ.startswith(files[name])
    server.asked.clear()
    fetched("/a/")
    assert server.ranges(PATH) == [f"bytes={len(files[name])}-"]
    assert left(tmp_path) == FILES


def test_a_report_of_each_piece(fetched):
    seen = []
    fetched("/a/", report=lambda *each: seen.append(each))
    assert {name: done for name, done, _ in seen} == {f"{name}.gz": len(p) for name, p in serving.PACKED.items()}
    assert all(done <= size for _, done, size in seen)


def test_a_folder_that_cannot_be_made(server, fetched, tmp_path):
    (tmp_path / "cache").write_bytes(b"")
    with pytest.raises(RunError) as info:
        fetched("/a/")
    assert "\n" not in str(info.value)
    assert str(tmp_path / "cache/mnist") in str(info.value)
    assert server.asked == []
    (tmp_path / "cache").unlink()
    fetched("/a/")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(server, fetched, tmp_path):
    folder = tmp_path / "cache/mnist"
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    with pytest.raises(RunError, match="Permission denied"):
        fetched("/a/")
    assert list(folder.iterdir()) == server.asked == []
    folder.chmod(0o700)
    fetched("/a/")


def test_others_may_read_what_is_fetched(fetched, tmp_path):
    before = os.umask(0o022)
    try:
        fetched("/a/")
    finally:
        os.umask(before)
    assert {(tmp_path / "cache/mnist" / name).stat().st_mode & 0o777 for name in FILES} == {0o644}


@pytest.fixture
def archive(server, tmp_path):
    """archive(members): fetches a .tar.gz of them as the small CIFAR-10."""

    def run(members):
        packed = serving.tar_gz(members)
        server.answers["/a/cifar-10-binary.tar.gz"] = ranged(packed, 10_000)
        published = of_cifar10(packed, server.address + "/a/")
        return fetch("cifar10", tmp_path / "cache", published=published, schemes=HTTP)

    return run


BATCHES = [(f"cifar-10-batches-bin/{name}", content) for name, content in serving.BATCHES.items()]


def test_an_archive_gives_its_members_by_name(server, archive, tmp_path):
    outside = [("../outside", b"x"), ("/tmp/tinygan-outside", b"x"), ("cifar-10-batches-bin/readme.html", b"x")]
    folder, new = archive([*outside, *BATCHES])
    assert new
    assert {path.name: path.read_bytes() for path in folder.glob("*.bin")} == serving.BATCHES
    assert {path.name for path in folder.iterdir()} == {*serving.BATCHES, "SHA256SUMS"}
    assert {path.name for path in tmp_path.iterdir()} == {"cache"}
    assert not Path("/tmp/tinygan-outside").exists()
    assert len(load("cifar10", data_dir=tmp_path / "cache")) == 10
    (folder / "data_batch_3.bin").unlink()
    assert archive(BATCHES) == (folder, True)
    assert {path.name: path.read_bytes() for path in folder.glob("*.bin")} == serving.BATCHES
    assert server.ranges("/a/cifar-10-binary.tar.gz")[1] == "bytes=10000-"
    assert archive(BATCHES) == (folder, False)
    size = (folder / "data_batch_2.bin").stat().st_size
    (folder / "data_batch_2.bin").write_bytes(bytes(size))
    with pytest.raises(DataError, match=r"data_batch_2\.bin is not the published file; move it"):
        archive(BATCHES)


@pytest.mark.parametrize("members", [BATCHES[:-1], [*BATCHES[:-1], (BATCHES[-1][0], b"short")], []])
def test_an_archive_without_a_member_is_refused(members, archive, tmp_path):
    with pytest.raises(DataError, match=r"the archive lacks .*cifar-10-batches-bin/data_batch_5\.bin"):
        archive(members)
    assert not [path for path in tmp_path.rglob("*") if "tar" in path.name]
    archive(BATCHES)


def test_an_archive_of_another_hash_is_not_unpacked(server, tmp_path):
    packed = serving.tar_gz(BATCHES)
    server.answers["/a/cifar-10-binary.tar.gz"] = whole(packed[:-1] + b"x")
    with pytest.raises(DataError, match="SHA-256 is not that of the published file"):
        fetch("cifar10", tmp_path, published=of_cifar10(packed, server.address + "/a/"), schemes=HTTP)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_without_the_extra_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(SettingError, match=r"^--fetch needs the extra fetch: pip install 'tinygan\[fetch\]'$"):
        fetch("mnist", tmp_path)
