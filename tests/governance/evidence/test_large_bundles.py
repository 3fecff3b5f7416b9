"""However large a bundle is, checking it takes no more memory."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from governance.evidence import verify_bundle
from tests.governance.evidence.made import made_log, make_bundle

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc"),
]
WATCHED = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(open("/proc/self/status").read(), file=sys.stderr)
"""
# Each helper, too, says at its end how much it took, and is left the time for it.
HELPED = """
import os
os.kill, ended = lambda *_: None, os._exit
def exit_and_tell(code):
    os.write(2, open("/proc/self/status", "rb").read())
    ended(code)
os._exit = exit_and_tell
"""


def peaks_of(bundle: Path) -> list[int]:
    """The most memory that each process takes which checks it, in kB."""
    script = verify_bundle.__file__
    done = subprocess.run(
        [sys.executable, "-I", "-c", HELPED + WATCHED, script, bundle],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return [int(peak) for peak in re.findall(r"VmHWM:\s+(\d+) kB", done.stderr)]


def test_the_memory_of_the_verifier_is_flat(tmp_path):
    peaks = []
    for others in (1_500, 20_000):
        log = made_log(others)
        bundle = make_bundle(log, tmp_path, range(len(log.entries)))
        assert bundle.stat().st_size > verify_bundle.LARGE
        peaks.append(peaks_of(bundle))
    small, large = peaks
    assert len(small) == len(large) == (3 if (os.cpu_count() or 1) > 1 else 1)
    assert max(small) < 60_000
    assert sum(large) - sum(small) < 8_000 * len(small)
