"""Programs that run together: the first that dies ends all, and nothing stays behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest

from config.env import PROJECT_DIR, child_environment
from config.processes.child import Program
from config.processes.errors import ServiceError, TookTooLong
from config.processes.supervisor import StopRequested, Supervisor
from tests.config.waiting import wait_until_gone

SLEEPS = "exec sleep 60"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop_all()


def test_the_first_death_ends_all_with_its_exit_code(supervisor: Supervisor) -> None:
    supervisor.start(_shell("steady", SLEEPS))
    supervisor.start(_shell("failing", "exit 7"))

    with pytest.raises(ServiceError, match="failing ended with exit code 7, so") as death:
        supervisor.watch()

    assert death.value.exit_code == 7


def test_a_service_that_ends_without_an_error_is_a_death_too(supervisor: Supervisor) -> None:
    supervisor.start(_shell("leaving", "exit 0"))

    with pytest.raises(ServiceError, match="leaving ended") as death:
        supervisor.watch()

    assert death.value.exit_code == 1


def test_a_killed_program_is_named_with_its_signal(supervisor: Supervisor) -> None:
    supervisor.start(_shell("killed", "kill -9 $$"))

    with pytest.raises(ServiceError, match="killed was ended by SIGKILL") as death:
        supervisor.watch()

    assert death.value.exit_code == 137


def test_programs_stop_in_the_opposite_order(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "trap 'echo stops; exit 0' TERM; echo up; while :; do sleep 0.01; done"
    for name in ("first", "second", "third"):
        supervisor.start(_shell(name, script), ready=partial(_said, capsys, name))

    supervisor.stop_all()

    stops = [line.split()[0] for line in capsys.readouterr().out.splitlines() if "stops" in line]
    assert stops == ["third", "second", "first"]


def _started(supervisor: Supervisor, program: Program) -> psutil.Process:
    """Start a program and return its process; the runner may have other children."""
    before = set(psutil.Process().children())
    supervisor.start(program)
    (process,) = set(psutil.Process().children()) - before
    return process


def test_who_does_not_stop_in_time_is_killed(supervisor: Supervisor) -> None:
    stubborn = _shell("stubborn", "trap '' TERM; while :; do sleep 0.01; done", stop_within=0.1)
    process = _started(supervisor, stubborn)

    supervisor.stop_all()

    assert not process.is_running()


def test_who_holds_on_to_its_work_is_told_to_drop_it(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "trap 'echo keeps' TERM; trap 'echo drops; exit 0' QUIT; echo up; "
    busy = replace(
        _shell("busy", script + "while :; do sleep 0.01; done", stop_within=0.1),
        insist_signal=signal.SIGQUIT,
        insist_within=10.0,
    )
    supervisor.start(busy, ready=partial(_said, capsys, "up"))

    supervisor.stop_all()

    said = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert said == ["keeps", "drops"]


def test_what_a_dead_program_left_behind_is_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    number = tmp_path / "number"
    supervisor.start(_shell("parent", f"sleep 60 & echo $! > {number}; exit 3"))

    with pytest.raises(ServiceError):
        supervisor.watch()

    wait_until_gone(int(number.read_text()))


def test_a_step_that_fails_says_so_with_what_it_wrote(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ServiceError, match="step failed with exit code 4") as failure:
        supervisor.run(_shell("step", "echo the reason; exit 4", quiet=True))

    assert failure.value.exit_code == 4
    assert "step     | the reason" in capsys.readouterr().out


def test_a_quiet_step_that_succeeds_writes_nothing(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.run(_shell("step", "echo chatter", quiet=True))

    assert capsys.readouterr().out == ""


def test_a_service_that_dies_during_a_step_ends_the_step(supervisor: Supervisor) -> None:
    supervisor.start(_shell("failing", "exit 5"))

    with pytest.raises(ServiceError, match="failing ended"):
        supervisor.run(_shell("step", SLEEPS))


def test_waiting_ends_with_what_was_not_ready(supervisor: Supervisor) -> None:
    with pytest.raises(TookTooLong, match="no answer within 0 seconds"):
        supervisor.wait_until(lambda: False, within=0, else_say="no answer")


def test_a_program_that_is_not_there_is_a_plain_sentence(supervisor: Supervisor) -> None:
    program = Program("ghost", ("/nowhere/ghost",), child_environment(), PROJECT_DIR)

    with pytest.raises(ServiceError, match="ghost cannot be started"):
        supervisor.start(program)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_asks_for_the_end(supervisor: Supervisor, number: signal.Signals) -> None:
    supervisor.start(_shell("steady", SLEEPS))

    with supervisor.signals_heard():
        os.kill(os.getpid(), number)
        with pytest.raises(StopRequested):
            supervisor.watch()


def test_the_second_signal_kills(supervisor: Supervisor) -> None:
    stubborn = _shell("stubborn", "trap '' TERM; while :; do sleep 0.01; done")
    process = _started(supervisor, stubborn)

    with supervisor.signals_heard():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.stop_all()

    assert not process.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_children_end_with_a_supervisor_that_is_killed() -> None:
    supervised = subprocess.Popen(
        [sys.executable, "-c", SUPERVISES_A_SLEEP],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervised.stdout is not None
    number = int(supervised.stdout.readline())

    supervised.kill()
    supervised.wait()

    wait_until_gone(number)
    supervised.stdout.close()


SUPERVISES_A_SLEEP = """
import psutil
from config.env import PROJECT_DIR, child_environment
from config.processes.child import Program
from config.processes.supervisor import Supervisor
supervisor = Supervisor()
supervisor.start(Program("a", ("sleep", "60"), child_environment(), PROJECT_DIR))
print(psutil.Process().children()[0].pid, flush=True)
supervisor.watch()
"""


def _shell(name: str, script: str, *, stop_within: float = 10.0, quiet: bool = False) -> Program:
    command = ("/bin/sh", "-c", script)
    return Program(
        name, command, child_environment(), PROJECT_DIR, stop_within=stop_within, quiet=quiet
    )


def _said(capsys: pytest.CaptureFixture[str], name: str) -> bool:
    return name in capsys.readouterr().out
