"""Children of the test's own process: Django is loaded already, so that one is cheap."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from django.db import connections


def fork(act: Callable[[], None]) -> int:
    """Start `act` in a child with a connection of its own; the number of its process.

    Its exit code is 0, or 1 after an exception, which it prints.
    """
    # Before the fork: both would talk over the same socket.
    connections.close_all()
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        act()
        code = 0
    except BaseException:  # noqa: BLE001  # The child ends here, however it came to.
        traceback.print_exc()
    finally:
        # Neither fixtures nor the runner belong to the child.
        os._exit(code)


def ended(number: int) -> int:
    """Wait for the end of a child: its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def stopped(number: int) -> bool:
    """Wait until a child stands still, or has ended: which of both."""
    return os.WIFSTOPPED(os.waitpid(number, os.WUNTRACED)[1])
