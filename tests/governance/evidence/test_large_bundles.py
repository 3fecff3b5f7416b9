"""However large a bundle is, checking it takes no more memory."""

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


def peak_of(bundle: Path) -> int:
    """The most memory that a process takes which checks it, in kB."""
    script = verify_bundle.__file__
    done = subprocess.run(
        [sys.executable, "-I", "-c", WATCHED, script, bundle], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    return int(re.search(r"VmHWM:\s+(\d+) kB", done.stderr)[1])


def test_the_memory_of_the_verifier_is_flat(tmp_path):
    peaks = []
    for others in (1_000, 20_000):
        log = made_log(others)
        peaks.append(peak_of(make_bundle(log, tmp_path, range(len(log.entries)))))
    small, large = peaks
    assert small < 60_000
    assert large - small < 8_000
