"""The resident memory of this process, and its peak."""

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak() -> int:
    """The peak of the resident memory in bytes, since `watch`, or since the start where it cannot be reset."""
    kilobytes = _field("VmHWM")  # ru_maxrss would include the parent process's
    if kilobytes is not None:
        return 1024 * kilobytes
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def watch() -> int:
    """Resets `peak`, and returns the bytes that are resident now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the peak
    except OSError:
        return peak()
    return 1024 * (_field("VmRSS") or 0)


def _field(name: str) -> int | None:
    """A field of /proc/self/status in kilobytes; None on systems other than Linux."""
    if not _STATUS.exists():
        return None
    found = re.search(rf"^{name}:\s*(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) if found else None
