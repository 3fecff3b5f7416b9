"""Bundles as somebody would change them who knows the format: all hashes are made anew."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Members = dict[str, bytes]


def members_of(bundle: Path) -> Members:
    with zipfile.ZipFile(bundle) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def packed(members: Mapping[str, bytes], path: Path, *, order: Any = sorted) -> Path:
    """A bundle of these members, its manifest and container as they would be for them."""
    members = dict(members)
    manifest = json.loads(members["manifest.json"])
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in members.items()
        if name != "manifest.json"
    }
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as zipped:
        for name in order(members):
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            zipped.writestr(member, members[name])
    return signed_off(path, path.read_bytes())


def signed_off(path: Path, content: bytes) -> Path:
    """Those bytes of a zip without a comment, with the one that they ask for."""
    content = content[:-2] + struct.pack("<H", 64)
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return path


def rewritten(bundle: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The bundle with one member changed and all hashes made anew."""
    members = members_of(bundle)
    members[name] = change(members[name])
    return packed(members, bundle.with_name(f"changed-{bundle.name}"))


def with_line(bundle: Path, name: str, number: int, change: Callable[[Any], Any]) -> Path:
    """The bundle with one line of a file changed; `change` gets the JSON and gives it back."""

    def anew(content: bytes) -> bytes:
        lines = content.splitlines()
        lines[number] = json.dumps(change(json.loads(lines[number]))).encode()
        return b"\n".join(lines) + b"\n"

    return rewritten(bundle, name, anew)
