"""Keys made on a machine of one's own are made once, for its owner's eyes only."""

import stat
from pathlib import Path

import pytest

from config import keys
from config.keys import read_keys
from governance.ledger.key_files import read_key_files


def make_keys(directory: Path) -> None:
    keys.make_keys(directory, directory / "checkpoint")


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

    modes = {
        str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.rglob("*")
    }
    assert modes == {
        "keys": 0o700,
        "keys/secret_key": 0o600,
        "keys/master_key": 0o600,
        "keys/permit_key.pem": 0o600,
        "keys/checkpoint": 0o700,
        "keys/checkpoint/1.pem": 0o600,
    }


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


def test_where_the_ledger_has_a_key_no_other_is_made(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    checkpoint = tmp_path / "keys" / "checkpoint"
    (checkpoint / "1.pem").rename(checkpoint / "2.pem")

    make_keys(tmp_path / "keys")

    assert len(read_key_files(checkpoint)) == 1


def test_a_damaged_key_is_refused_instead_of_replaced(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys")
    (tmp_path / "keys" / "master_key").write_text("damaged")

    with pytest.raises(ValueError, match="Base64"):
        read_keys(tmp_path / "keys")
