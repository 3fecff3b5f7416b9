"""The private keys that sign checkpoints: a folder of PEM files, one key each.

Ed25519, PKCS#8, unencrypted, named 1.pem, 2.pem and so on. While keys rotate there are two; the
signatures stand in the order of the names. Pure: no Django, no settings.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.durable_file import make_folder, write_file

# What tells that a folder has changed: of each file its name, size and time of change.
Stamp = tuple[tuple[str, int, int], ...]


class KeysUnreadable(Exception):
    """The folder cannot be read, or a file in it is no signing key."""


def read_key_files(folder: Path) -> list[Ed25519PrivateKey]:
    """The keys of a folder in the order of their names. Raises KeysUnreadable."""
    return [_read_key(path) for path in _key_files(folder)]


def add_key_file(folder: Path) -> Path:
    """Write a new key under the next number, readable by its owner alone; return the file.

    The folder is made where it is missing. Raises KeysUnreadable.
    """
    try:
        make_folder(folder, mode=0o700)
        taken = [int(path.stem) for path in _key_files(folder) if path.stem.isdecimal()]
        path = folder / f"{max(taken, default=0) + 1}.pem"
        write_file(path, [new_key_pem()], mode=0o600)
    except OSError as fault:
        raise KeysUnreadable(f"No key can be written to {folder}: {fault.strerror}") from fault
    return path


def new_key_pem() -> bytes:
    """A new random key as PKCS#8 PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_key_pem(pem: bytes) -> Ed25519PrivateKey:
    """Raises ValueError unless it is an unencrypted Ed25519 private key."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("Must be an unencrypted private key in PEM.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("Must be an Ed25519 private key.")
    return key


def folder_stamp(folder: Path) -> Stamp:
    """Another one after any file has come, gone or changed. Raises KeysUnreadable."""
    try:
        stats = [(path.name, path.stat()) for path in _key_files(folder)]
    except OSError as fault:
        raise KeysUnreadable(f"The keys in {folder} cannot be read: {fault.strerror}") from fault
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _key_files(folder: Path) -> list[Path]:
    try:
        files = [path for path in folder.iterdir() if path.suffix == ".pem"]
    except OSError as fault:
        raise KeysUnreadable(f"The keys in {folder} cannot be read: {fault.strerror}") from fault
    return sorted(files, key=lambda path: (len(path.name), path.name))  # 10.pem after 9.pem


def _read_key(path: Path) -> Ed25519PrivateKey:
    try:
        return read_key_pem(path.read_bytes())
    except OSError as fault:
        raise KeysUnreadable(f"{path} cannot be read: {fault.strerror}") from fault
    except ValueError as fault:
        raise KeysUnreadable(f"{path} holds no key to sign with: {fault}") from fault
