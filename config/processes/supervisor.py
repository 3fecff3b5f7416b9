"""Runs programs together: started in order, watched, stopped in the opposite order.

One thread, one loop: it moves the children's output to the terminal, notices who died, and hears
the signals. The first program that dies ends all.
"""

import selectors
import signal
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from config.processes.child import Child, Program
from config.processes.errors import ServiceError, TookTooLong

TURN_SECONDS = 0.05
LOOK_AGAIN_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NAME_WIDTH = 9
# Lines of a quiet program that are kept to explain its end.
HELD_BACK = 20


class StopRequested(BaseException):
    """Someone asked for the end; from the terminal or by signal."""


class Supervisor:
    """The running programs of one start. Use it inside `signals_heard`."""

    def __init__(self) -> None:
        self._running: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._held_back: dict[Child, deque[str]] = defaultdict(lambda: deque(maxlen=HELD_BACK))
        self._stops_asked = 0
        self._terminal_is_there = True

    @contextmanager
    def signals_heard(self) -> Iterator[None]:
        """Turn the first stop signal into StopRequested, the second into a kill of everything."""
        before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        # What the one who started us switched off, as nohup does, stays off.
        heard = [number for number, handler in before.items() if handler != signal.SIG_IGN]
        for number in heard:
            signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number in heard:
                signal.signal(number, before[number])

    def start(
        self, program: Program, *, ready: Callable[[], bool] | None = None, within: float = 60.0
    ) -> None:
        """Start a program that stays, and return once `ready` says so.

        Raises ServiceError when it, or any other, dies first, or after `within` seconds.
        """
        self._running.append(self._child(program))
        if ready is not None:
            self.wait_until(ready, within=within, else_say=f"{program.name} did not get ready")

    def run(self, program: Program) -> None:
        """Run a program to its end. Raises ServiceError if it fails or if a running one dies."""
        child = self._child(program)
        self._running.append(child)
        while (code := child.exit_code()) is None:
            self._turn(except_for=child)
        self._leave(child)
        if code != 0:
            raise ServiceError(f"{program.name} failed with exit code {code}.", code)

    def wait_until(self, ready: Callable[[], bool], *, within: float, else_say: str) -> None:
        """Return once `ready` is true.

        Raises TookTooLong with `else_say` after `within` seconds, ServiceError when a program dies.
        """
        deadline = time.monotonic() + within
        while not ready():
            if time.monotonic() > deadline:
                raise TookTooLong(f"{else_say} within {within:.0f} seconds.")
            look_again = time.monotonic() + LOOK_AGAIN_SECONDS
            while time.monotonic() < look_again:
                self._turn()

    def watch(self) -> None:
        """Stay until a program dies (ServiceError) or someone asks for the end (StopRequested)."""
        while True:
            self._turn()

    def stop_all(self) -> None:
        """Stop everything, the last started first; whoever takes too long is killed."""
        while self._running:
            child = self._running[-1]
            program = child.program
            self._ask(child, program.stop_signal, program.stop_within)
            if program.insist_signal is not None and child.exit_code() is None:
                self._ask(child, program.insist_signal, program.insist_within)
            while child.exit_code() is None:
                child.kill()
                self._move_output()
            self._leave(child)

    def _ask(self, child: Child, number: signal.Signals, within: float) -> None:
        """Ask for the end, and wait for it unless somebody has asked us a second time."""
        child.ask_to_stop(number)
        deadline = time.monotonic() + within
        while child.exit_code() is None:
            if time.monotonic() > deadline or self._stops_asked > 1:
                return
            self._move_output()

    def say(self, text: str, *, name: str = "up") -> None:
        """Write a line to the terminal. A terminal that was closed does not stop the stopping."""
        if not self._terminal_is_there:
            return
        try:
            sys.stdout.write(f"{name:<{NAME_WIDTH}}| {text}\n")
            sys.stdout.flush()
        except OSError:
            self._terminal_is_there = False

    def _child(self, program: Program) -> Child:
        try:
            child = Child(program)
        except (OSError, subprocess.SubprocessError) as error:
            raise ServiceError(f"{program.name} cannot be started: {error}") from None
        self._selector.register(child.output, selectors.EVENT_READ, child)
        return child

    def _turn(self, except_for: Child | None = None) -> None:
        if self._stops_asked:
            raise StopRequested
        self._move_output()
        for child in self._running:
            code = child.exit_code()
            if code is not None and child is not except_for:
                self._leave(child)
                raise ServiceError(_obituary(child.program.name, code), code or 1)

    def _move_output(self) -> None:
        for key, _ in self._selector.select(TURN_SECONDS):
            child: Child = key.data
            self._show(child, child.read_lines())
            if child.output_ended:
                # An ended pipe is always readable: the loop would never rest.
                self._selector.unregister(child.output)

    def _show(self, child: Child, lines: list[str]) -> None:
        if child.program.quiet:
            self._held_back[child].extend(lines)
        else:
            for line in lines:
                self.say(line, name=child.program.name)

    def _show_held_back(self, child: Child) -> None:
        for line in self._held_back.pop(child, ()):
            self.say(line, name=child.program.name)

    def _leave(self, child: Child) -> None:
        """Forget a child that has ended, after its last words, and end what it left behind."""
        self._running.remove(child)
        self._show(child, child.last_words())
        if child.exit_code() != 0:
            self._show_held_back(child)
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)
        child.kill()
        child.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stops_asked += 1


def _obituary(name: str, code: int) -> str:
    if code > 128:
        return f"{name} was ended by {signal.Signals(code - 128).name}, so everything stops."
    return f"{name} ended with exit code {code}, so everything stops."
