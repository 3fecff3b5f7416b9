"""One process that we started: its output, its signals, its end.

Each child leads a process group of its own, so that a Ctrl-C in the terminal reaches only us and
we decide the order of the stop, and so that a kill reaches the child's children too.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
READ_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to end it.

    `stop_signal` asks for a clean end, which may take `stop_within` seconds; then `insist_signal`,
    where there is one, asks to drop what it is at, which may take `insist_within` seconds. `user`
    is the account to run under, None for our own. `environment` is all that the program sees of
    ours. What a `quiet` program writes is shown only when it fails.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    insist_signal: signal.Signals | None = None
    insist_within: float = 0.0
    user: str | None = None
    quiet: bool = False


class Child:
    """A running `Program`. Its standard output and error come through `read_lines`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.output_ended = False
        self._rest = b""
        self._process = subprocess.Popen(
            program.command,
            cwd=program.folder,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=program.user,
            group=program.user,
            extra_groups=None if program.user is None else [],
            preexec_fn=_leash(program.stop_signal, os.getpid()),
        )
        assert self._process.stdout is not None
        self.output = self._process.stdout.fileno()
        os.set_blocking(self.output, False)

    @property
    def pid(self) -> int:
        """The process's number, which is its group's too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return None while it runs; after a signal 128 and the signal's number, as shells do."""
        code = self._process.poll()
        return code if code is None or code >= 0 else 128 - code

    def read_lines(self) -> list[str]:
        """Return the whole lines written since the last call, without waiting for more."""
        with suppress(BlockingIOError):
            while chunk := os.read(self.output, READ_BYTES):
                self._rest += chunk
            self.output_ended = True
        *lines, self._rest = self._rest.split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in lines]

    def last_words(self) -> list[str]:
        """Return what is left of the output of a process that has ended."""
        lines = self.read_lines()
        rest, self._rest = self._rest, b""
        return [*lines, rest.decode(errors="replace")] if rest else lines

    def ask_to_stop(self, number: signal.Signals) -> None:
        """Send one of the program's own stop signals to the process, not to its children."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the whole group at once, also what a dead leader left behind."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Reap the process and close its pipe."""
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _leash(stop_signal: signal.Signals, parent: int) -> Callable[[], None] | None:
    """On Linux, return what makes the kernel stop the child when we die, even by kill -9.

    Elsewhere the next start ends what was left running.
    """
    if sys.platform != "linux":
        return None
    # Loaded here: between fork and exec there is no place for it.
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie_to_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    return tie_to_parent
