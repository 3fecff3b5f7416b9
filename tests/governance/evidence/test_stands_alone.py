"""The verifier in a clean virtual environment, with `cryptography` and nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from governance.evidence import verify_bundle
from tests.governance.evidence.made import make_bundle

ALONE = ("cryptography", "cffi", "pycparser")


@pytest.fixture(scope="module")
def clean_python(tmp_path_factory):
    """The interpreter of a new environment into which nothing but `cryptography` and what it needs
    is put: links to the files that are installed here, since a test may have no network."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=False, symlinks=True)
    [packages] = home.glob("lib/python*/site-packages")
    for name in ALONE:
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or ()} - {".."}:
            (packages / top).symlink_to(installed.locate_file(top))
    return home / "bin" / "python"


def run(python, *arguments, cwd):
    return subprocess.run(
        [python, "-I", *map(str, arguments)], cwd=cwd, env={}, capture_output=True, text=True
    )


def test_the_clean_environment_is_clean(clean_python, tmp_path):
    for module in ("django", "orjson", "governance", "pip"):
        assert run(clean_python, "-c", f"import {module}", cwd=tmp_path).returncode == 1
    assert run(clean_python, "-c", "import cryptography", cwd=tmp_path).returncode == 0


def test_the_verifier_of_a_bundle_checks_it_there(clean_python, log, tmp_path):
    bundle = make_bundle(log, tmp_path, cosigned=True)
    with zipfile.ZipFile(bundle) as zipped:
        zipped.extract("verify.py", tmp_path)
    key = ("--key", log.verifier, "--witness", log.witness_verifier)
    done = run(clean_python, "verify.py", bundle, *key, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VALID.\n")

    content = bundle.read_bytes()
    bundle.write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    done = run(clean_python, "verify.py", bundle, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("NOT VALID. The file was changed")


def test_what_cannot_be_called_so_is_told_how(clean_python, tmp_path):
    script = Path(verify_bundle.__file__)
    assert run(clean_python, script, cwd=tmp_path).returncode == 2
    done = run(clean_python, script, tmp_path / "nothing.zip", cwd=tmp_path)
    assert (done.returncode, done.stdout[:12]) == (2, "NOT CHECKED.")


def test_it_imports_the_standard_library_and_cryptography_alone():
    tree = ast.parse(Path(verify_bundle.__file__).read_text())
    named = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named.add(node.module)
    tops = {name.partition(".")[0] for name in named}
    assert tops - sys.stdlib_module_names == {"cryptography"}
