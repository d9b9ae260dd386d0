"""One file from one address: by HTTPS only, never larger than it may be, and resumed where a connection was cut.

The bytes are kept in a `.part` file until they are complete. If the connection breaks, the next request asks for the
rest (RFC 9110, 14.2). Nothing is believed about the bytes: the caller compares their SHA-256.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from tinygan import __version__
from tinygan.disk import expect_file, failures_named

Report = Callable[[str, int, int], None]  # (name, bytes so far, bytes of the whole, 0 if they are not known)

HTTPS = ("https",)
TIMEOUT = (10.0, 30.0)  # seconds: to connect, and between two pieces
REDIRECTS = 5
CUTS = 20  # how often a transfer is resumed, as long as each connection brings something
CHUNK = 1 << 16  # bytes


class Unavailable(Exception):
    """A mirror does not give the file, or broke off. The message says why; the bytes that came are kept."""


class Refused(Exception):
    """A mirror sends something that is not the file. The message says why; the bytes that came are of no use."""


class Transfer:
    """The transfer of `name` from one address into the file `part`.

    most: bytes.   schemes: those that the address and its redirects may have.   report: called after each piece.
    """

    def __init__(self, name: str, part: Path, most: int, schemes: Sequence[str] = HTTPS, report: Report | None = None):
        self.name, self.part, self.most, self.schemes, self.report = name, part, most, schemes, report

    def __call__(self, address: str) -> None:
        """Completes `part` from `address`. Raises Unavailable or Refused, RunError if `part` cannot be written."""
        import requests
        import urllib3

        expect_file(self.part)
        if self.part.is_symlink():  # what it leads to is not ours
            self.part.unlink()
        with requests.Session() as session:
            session.get_redirect_target = lambda _: None  # or requests would read the whole body of a redirect
            for _ in range(CUTS):
                before = self._have()
                try:
                    self._connection(session, address)
                    return
                except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                    if self._have() <= before:
                        raise Unavailable(_reason(error)) from None
        raise Unavailable(f"the connection was cut {CUTS} times")

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _connection(self, session: Any, address: str) -> None:
        """Appends to `part` the bytes that it lacks."""
        have = self._have()
        with self._answer(session, address, have) as response:
            status, stated = response.status_code, response.headers.get("Content-Range", "")
            if have and status == 416 and stated == f"bytes */{have}":
                return  # it was complete
            if have and (status == 416 or (status == 206 and not re.match(rf"bytes {have}-", stated))):
                self.part.unlink()
                self._connection(session, address)
                return
            if status != (206 if have else 200) and not (have and status == 200):
                raise Unavailable(f"{status} {response.reason}".strip())
            begin = have if status == 206 else 0
            length = response.headers.get("Content-Length", "")
            whole = begin + int(length) if length.isdecimal() else 0
            if whole > self.most:
                raise Refused(f"it sends {whole:,} bytes, at most {self.most:,} are expected")
            with failures_named(self.part), self.part.open("ab" if begin else "wb") as file:
                self._received(response.raw, file, begin, whole)

    def _received(self, body: Any, file: IO[bytes], done: int, whole: int) -> None:
        """Writes the pieces of `body`."""
        import urllib3

        for piece in body.stream(CHUNK, decode_content=False):  # a .gz stays one
            done += len(piece)
            if done > self.most:
                raise Refused(f"it sends more than the {self.most:,} bytes that are expected")
            file.write(piece)
            if self.report:
                self.report(self.name, done, whole)
        if done < whole:  # urllib3 raises this itself, from version 2 on
            raise urllib3.exceptions.ProtocolError("the connection was cut")

    def _answer(self, session: Any, address: str, have: int) -> Any:
        """The response from `address`, or from where it redirects to, each of a scheme that is allowed."""
        headers = {"User-Agent": f"tinygan/{__version__}", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        for hops in range(REDIRECTS + 1):
            if (scheme := urlsplit(address).scheme) not in self.schemes:
                why = f"it redirects to {scheme}:, which is not followed" if hops else f"{scheme}: is not allowed"
                raise Unavailable(why)
            response = session.get(address, headers=headers, stream=True, timeout=TIMEOUT, allow_redirects=False)
            if not response.is_redirect:
                return response
            response.close()
            try:
                address = urljoin(address, response.headers["Location"])
            except ValueError:
                raise Unavailable("it redirects to no address") from None
        raise Unavailable(f"it redirects more than {REDIRECTS} times")


def _reason(error: Exception) -> str:
    """What went wrong, in a few words; the messages of requests name objects and repeat the address."""
    kind, words = type(error).__name__, str(error)
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return "its certificate is not trusted"
    if "ConnectTimeout" in kind:
        return f"no answer in {TIMEOUT[0]:.0f} s"
    if "ReadTimeout" in kind:
        return f"nothing came for {TIMEOUT[1]:.0f} s"
    if "Proxy" in kind:
        return "no connection to the proxy"
    if "Max retries" in words:
        return "no connection"
    return "the connection was cut" if "Connection" in kind or "Protocol" in kind else kind
