"""Keys made on a machine of one's own are made once, for its owner's eyes only."""

import stat
from pathlib import Path

import pytest

from config.keys import make_keys, read_keys


def test_there_are_no_keys_before_they_are_made(tmp_path: Path) -> None:
    assert read_keys(tmp_path / "keys") is None


def test_keys_are_made_once(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    first = read_keys(tmp_path / "keys")
    make_keys(tmp_path / "keys")

    assert first is not None
    assert read_keys(tmp_path / "keys") == first


def test_only_their_owner_reads_them(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {"secret_key": 0o600, "master_key": 0o600, "permit_key.pem": 0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_what_an_interrupted_start_left_is_completed(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    made = read_keys(tmp_path / "keys")
    (tmp_path / "keys" / "permit_key.pem").unlink()
    (tmp_path / "keys" / "permit_key.new").write_text("half")

    make_keys(tmp_path / "keys")

    completed = read_keys(tmp_path / "keys")
    assert made is not None
    assert completed is not None
    assert completed.master_key == made.master_key


def test_a_damaged_key_is_refused_instead_of_replaced(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    (tmp_path / "keys" / "master_key").write_text("damaged")

    with pytest.raises(ValueError, match="Base64"):
        read_keys(tmp_path / "keys")
