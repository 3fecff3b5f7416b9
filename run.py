"""Runs Countersign from a bare checkout. It needs Python 3.11 to 3.13 with pip, and nothing else.

    python3 run.py up --demo         the product on this machine, with the demonstration
    python3 run.py manage COMMAND    a management command, such as create_administrator
    python3 run.py test              the tests; what follows goes to pytest
    python3 run.py benchmark ledger  speed, as ratios to limits measured in the same run
    python3 run.py check             format, lint, types, imports, migrations, API schema

The first run fetches uv into .tools and the locked packages into .venv.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
PROGRAMS = ROOT / ".venv" / "bin"
UV_VERSION = "0.13.9"
UV = TOOLS / f"uv-{UV_VERSION}" / "bin" / "uv"
OLDEST, TOO_NEW = (3, 11), (3, 14)

# Settings without a connection pool: what is compared here are files, and no server is waited for.
DRY = ["--check", "--dry-run", "--settings=config.settings.test"]
CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy", "."],
    "imports": ["lint-imports"],
    "migrations": ["python", "manage.py", "makemigrations", *DRY],
    "API schema": ["python", "manage.py", "check_schema"],
}


def main(arguments: list[str]) -> None:
    command, *rest = arguments or ["help"]
    if command not in COMMANDS:
        sys.exit(__doc__)
    if not OLDEST <= sys.version_info < TOO_NEW:
        version = sys.version.split()[0]
        sys.exit(f"Countersign runs on Python 3.11 to 3.13, and this is {version}.")
    os.chdir(ROOT)
    COMMANDS[command](rest)


def up(rest: list[str]) -> NoReturn:
    demo = ["--extra", "demo"] if "--demo" in rest else []
    install("--no-dev", *demo)
    become("python", "manage.py", "up", *rest)


def manage(rest: list[str]) -> NoReturn:
    install("--no-dev")
    become("python", "manage.py", *rest)


def test(rest: list[str]) -> NoReturn:
    install()
    # Before what was asked for, which may say otherwise.
    become("python", "-m", "pytest", "--numprocesses=auto", *rest)


def benchmark(rest: list[str]) -> NoReturn:
    install()
    become("python", "-m", "benchmarks", *rest)


def check(rest: list[str]) -> NoReturn:
    install()
    failed = []
    for name, command in CHECKS.items():
        say(f"== {name}")
        program = PROGRAMS / command[0]
        if subprocess.run([program, *command[1:]], check=False).returncode != 0:
            failed.append(name)
    sys.exit(f"Not as it should be: {', '.join(failed)}" if failed else 0)


def become(program: str, *arguments: str) -> NoReturn:
    """Go on as `program`, in this very process: signals reach it, and its exit code is ours."""
    os.execv(PROGRAMS / program, [str(PROGRAMS / program), *arguments])


def install(*options: str) -> None:
    """Bring .venv to what uv.lock says; what is there already stays."""
    if not UV.exists():
        fetch_uv()
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON": sys.executable}
    environment.pop("VIRTUAL_ENV", None)
    sync = [str(UV), "sync", "--quiet", "--frozen", "--inexact", *options]
    if subprocess.run(sync, env=environment, check=False).returncode != 0:
        sys.exit("The packages could not be installed; the lines above say why.")


def fetch_uv() -> None:
    """Install uv aside and move it into place when it is whole, so that no half one is used."""
    if importlib.util.find_spec("pip") is None:
        sys.exit("pip is missing. On Debian and Ubuntu: apt-get install python3-pip")
    say("First run: fetches uv into .tools and the packages into .venv.")
    TOOLS.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=TOOLS))
    try:
        # Without pip inside, because a bare Debian has no ensurepip; from outside pip can do it.
        venv.create(draft, with_pip=False)
        pip = [sys.executable, "-m", "pip", "--python", str(draft / "bin" / "python"), "--quiet"]
        pip += ["--disable-pip-version-check", "install", "--only-binary", ":all:"]
        if subprocess.run([*pip, f"uv=={UV_VERSION}"], check=False).returncode != 0:
            sys.exit("uv could not be fetched. The first run needs the Python package index.")
        if not UV.exists():
            draft.rename(UV.parent.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


COMMANDS = {"up": up, "manage": manage, "test": test, "check": check, "benchmark": benchmark}

if __name__ == "__main__":
    main(sys.argv[1:])
