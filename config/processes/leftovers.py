"""Ends what an earlier start left running, and sees to it that a data directory has one owner."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from config.processes import postgres
from config.processes.errors import ServiceError
from config.processes.places import Places

# Every process of ours that is written in Python carries the data directory under this name.
MARK = "COUNTERSIGN_SUPERVISED_IN"
REDIS_NAMES = ("redis-server", "valkey-server")
CLEAN_END_SECONDS = 15.0


@contextmanager
def sole_owner(places: Places) -> Iterator[None]:
    """Hold the data directory. The lock goes with our process, however that ends.

    Raises ServiceError if another start holds it, or if nothing can be written there.
    """
    try:
        places.data_dir.mkdir(parents=True, exist_ok=True)
        owner = (places.data_dir / "owner").open("a+")
    except OSError as error:
        raise ServiceError(f"The data directory cannot be used: {error}") from None
    with owner as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ServiceError(
                f"Countersign already runs in {places.data_dir} (process {file.read().strip()})."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def end_leftovers(places: Places) -> list[str]:
    """End the processes of an earlier start whose supervisor is gone; return what they were.

    Call it only as the owner. Doors first, then the stores, as in an ordered stop.
    """
    ours = [process for process in psutil.process_iter() if _bears_mark(process, places)]
    _end(ours, signal.SIGTERM)
    redis = [process for process in psutil.process_iter() if _is_redis(process, places)]
    _end(redis, signal.SIGTERM)
    servers = postgres.left_running(places)
    numbers = {process.pid for process in servers}
    # Only the parent is asked: it ends its children, and their work with a clean record.
    _end([process for process in servers if process.ppid() not in numbers], signal.SIGINT)
    _end(postgres.left_running(places), signal.SIGQUIT)
    found = {"sealer, web, worker or beat": ours, "Redis": redis, "PostgreSQL": servers}
    return [name for name, processes in found.items() if processes]


def _bears_mark(process: psutil.Process, places: Places) -> bool:
    try:
        return bool(
            process.environ().get(MARK) == str(places.data_dir) and process.pid != os.getpid()
        )
    except psutil.Error:
        return False  # Gone meanwhile, or the process of someone else.


def _is_redis(process: psutil.Process, places: Places) -> bool:
    try:
        return process.name() in REDIS_NAMES and process.cwd() == str(places.redis)
    except psutil.Error:
        return False


def _end(processes: list[psutil.Process], clean: signal.Signals) -> None:
    for process in processes:
        _send(process, clean)
    _, alive = psutil.wait_procs(processes, timeout=CLEAN_END_SECONDS)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=CLEAN_END_SECONDS)


def _send(process: psutil.Process, what: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(what)
