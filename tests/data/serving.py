"""An HTTP server on the loopback whose answers a test chooses, and data sets that it serves."""

import gzip
import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from tests.data.conftest import idx_bytes
from tinygan.data.downloads import Archive, Published, Zipped


class Server:
    """`answers`: a function of the request for each path, else 404.   `asked`: (path, Range) of each request."""

    def __init__(self):
        self.answers, self.asked = {}, []
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                served.asked.append((self.path, self.headers["Range"]))
                served.answers.get(self.path, missing)(self)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def ranges(self, path):
        """The Range header of each request for `path`."""
        return [asked for requested, asked in self.asked if requested == path]


def send(request, status, body=b"", **headers):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), str(value))
    request.end_headers()
    request.wfile.write(body)


def missing(request):
    send(request, 404, Content_Length=0)


def whole(body, promised=None):
    """All of `body`, and no ranges.   promised: the Content-Length, None for none."""

    def answer(request):
        send(request, 200, body, **({} if promised is None else {"Content_Length": promised}))

    return answer


def ranged(body, most=None, shift=0):
    """The range of `body` that is asked for; of it at most `most` bytes, then the connection is cut.

    shift: added to the place that Content-Range states.
    """

    def answer(request):
        begin = (
            int(request.headers["Range"].removeprefix("bytes=").removesuffix("-")) if request.headers["Range"] else 0
        )
        if begin >= len(body):
            return send(request, 416, Content_Range=f"bytes */{len(body)}", Content_Length=0)
        stated = {"Content_Range": f"bytes {begin + shift}-{len(body) - 1}/{len(body)}"} if begin else {}
        rest = body[begin:]
        return send(request, 206 if begin else 200, rest[:most], Content_Length=len(rest), **stated)

    return answer


def moved(target):
    return lambda request: send(request, 302, Location=target, Content_Length=0)


IMAGES = np.random.default_rng(0).integers(0, 256, (200, 28, 28), dtype=np.uint8)
LABELS = np.arange(200, dtype=np.uint8) % 10
FILES = {
    "t10k-labels-idx1-ubyte": idx_bytes(LABELS[:50]),
    "train-labels-idx1-ubyte": idx_bytes(LABELS),
    "t10k-images-idx3-ubyte": idx_bytes(IMAGES[:50]),
    "train-images-idx3-ubyte": idx_bytes(IMAGES),
}
PACKED = {name: gzip.compress(content, mtime=0) for name, content in FILES.items()}
IMAGES_GZ = PACKED["train-images-idx3-ubyte"]

BATCHES = {
    f"{name}.bin": np.random.default_rng(i).integers(0, 10, 2 * 3073, dtype=np.uint8).tobytes()
    for i, name in enumerate(("test_batch", *(f"data_batch_{i}" for i in range(1, 6))))
}


def tar_gz(members):
    """A .tar.gz of (name, content)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def digest(content):
    return hashlib.sha256(content).hexdigest()


def of_mnist(*mirrors):
    """A small MNIST on these mirrors."""
    files = [Zipped(name, len(PACKED[name]), len(content), digest(content)) for name, content in FILES.items()]
    return Published("mnist", mirrors, tuple(files))


def of_cifar10(packed, *mirrors):
    """A small CIFAR-10: `packed` is the archive."""
    members = tuple(f"cifar-10-batches-bin/{name}" for name in BATCHES)
    archive = Archive("cifar-10-binary.tar.gz", len(packed), digest(packed), members, 2 * 3073)
    return Published("cifar-10-batches-bin", mirrors, (archive,))


def serve_mnist(server, mirror):
    """`mirror` has every file of the small MNIST, and ranges of it."""
    server.answers.update({f"{mirror}{name}.gz": ranged(packed) for name, packed in PACKED.items()})
