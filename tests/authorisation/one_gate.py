"""Reading the source: who writes rows, who calls which verb, who decides who may rule."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
APPS = ("governance", "models_registry", "reviews")
SERVICES = tuple(f"{app}.services" for app in APPS)
DOORS = ("api", "admin", "pages", "management", "demo", "tasks", "report_sections")
# Not doors by their place, yet they set off verbs: signing in, installing, the wiring.
_OTHER_DOORS = ("governance/roles.py", "governance/apps.py", "governance/middleware.py")
WRITES = frozenset(
    {
        "save", "save_by", "create", "update", "delete", "delete_by", "bulk_create",
        "bulk_update", "get_or_create", "update_or_create", "keep", "append_all",
    }
)  # fmt: skip


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path below the house and syntax tree of every module in these folders."""
    for folder in folders:
        place = HOUSE / folder
        for path in sorted(place.rglob("*.py") if place.is_dir() else [place]):
            if "migrations" not in path.parts:
                yield str(path.relative_to(HOUSE)), _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def door_sources() -> Iterator[tuple[str, ast.Module]]:
    for path, tree in sources(*APPS, "config"):
        parts = Path(path).with_suffix("").parts
        if parts[0] == "config" or parts[1] in DOORS or path in _OTHER_DOORS:
            yield path, tree


def door_of(path: str) -> str:
    """`reviews.api`, `governance.tasks`, `config`: where a module belongs."""
    parts = Path(path).with_suffix("").parts
    return parts[0] if parts[0] == "config" else ".".join(parts[:2])


def writes_in(tree: ast.Module) -> Iterator[str]:
    """`function: call` of everything that looks like writing a row."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
            ):
                yield f"{function.name}: {ast.unparse(node.func)}"


def is_whose(function: Callable[..., Any]) -> bool:
    """Whether somebody stands behind a call: an actor, a person or a client is among what it
    takes."""
    kinds = ("Actor", "User", "ApiClient")
    annotations = inspect.signature(function).parameters.values()
    return any(
        any(kind in str(one.annotation).replace("|", " ").split() for kind in kinds)
        for one in annotations
    )


@cache
def verbs() -> dict[str, Callable[..., Any]]:
    """`app.module.function`, without `services`, to the function, of all that act for somebody."""
    found: dict[str, Callable[..., Any]] = {}
    for package in SERVICES:
        root = importlib.import_module(package)
        for info in pkgutil.walk_packages(root.__path__, f"{package}."):
            module = importlib.import_module(info.name)
            short = info.name.replace(".services.", ".")
            for name, thing in vars(module).items():
                if name.startswith("_") or getattr(thing, "__module__", "") != info.name:
                    continue
                if inspect.isfunction(thing) and is_whose(thing):
                    found[f"{short}.{name}"] = thing
                elif inspect.isclass(thing):
                    for part, method in vars(thing).items():
                        is_public = not part.startswith("_") and inspect.isfunction(method)
                        if is_public and is_whose(method):
                            found[f"{short}.{name}.{part}"] = method
    return found


@cache
def callers() -> dict[str, frozenset[str]]:
    """Verb to the doors whose modules name it."""
    found: dict[str, set[str]] = {name: set() for name in verbs()}
    for path, tree in door_sources():
        modules: dict[str, str] = {}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.ImportFrom) and node.module):
                continue
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if ".services" in full:
                    short = full.replace(".services.", ".")
                    if short in found:
                        found[short].add(door_of(path))
                    modules[alias.asname or alias.name] = short
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                full = f"{modules.get(node.value.id, '')}.{node.attr}"
                if full in found:
                    found[full].add(door_of(path))
    return {name: frozenset(doors) for name, doors in found.items()}


@cache
def _calls() -> dict[str, frozenset[str]]:
    """Function of the services to the plain names in its body; names are the house's own."""
    found: dict[str, set[str]] = {}
    for _, tree in sources(*(f"{app}/services" for app in APPS)):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                names |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                found.setdefault(node.name, set()).update(names)
    return {name: frozenset(names) for name, names in found.items()}


def reaches(function: str, steps: frozenset[str]) -> bool:
    """Whether a function of the services comes to one of these steps, itself or by others."""
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        names = _calls().get(waiting.pop(), frozenset())
        if names & steps:
            return True
        new = (names & _calls().keys()) - seen
        seen |= new
        waiting += new
    return False
