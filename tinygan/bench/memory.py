"""How much memory this process holds, and the most that it has held."""

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak() -> int:
    """The most bytes that this process has had resident since `watch`, or since it began where that cannot be reset."""
    kilobytes = _field("VmHWM")  # ru_maxrss would start from what the parent process had
    if kilobytes is not None:
        return 1024 * kilobytes
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def watch() -> int:
    """Start `peak` afresh; the bytes that are resident now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): resets the peak
    except OSError:
        return peak()
    return 1024 * (_field("VmRSS") or 0)


def _field(name: str) -> int | None:
    """A number of kilobytes in Linux's account of this process; None on another system."""
    if not _STATUS.exists():
        return None
    found = re.search(rf"^{name}:\s*(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) if found else None
