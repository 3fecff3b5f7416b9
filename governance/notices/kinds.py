"""The kinds of notice, read from `data/kinds.yaml` once; what is not sound is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from governance.obligations.records import DataInvalid, Record, read_yaml


class Channel(StrEnum):
    """How a person is told."""

    PRODUCT = "product"
    MAIL = "mail"
    CHAT = "chat"


class Shape(StrEnum):
    """How a value is written."""

    TEXT = "text"
    COUNT = "count"
    INSTANT = "instant"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Value:
    """`words`: of a word, the list that it is from; of a text, the word for an empty one."""

    shape: Shape
    words: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice. `holders`: permissions; who holds one is told besides the people that
    the event itself names. `stays_for`: a permission, or empty. `many`: name of the kind that tells
    of several at once, or empty."""

    name: str
    group: str
    events: tuple[str, ...]
    holders: tuple[str, ...]
    stays_for: str
    urgent: bool
    channels: frozenset[Channel]
    many: str
    values: Mapping[str, Value]


def choosable() -> list[Kind]:
    """The kinds that people choose about; one that tells of many goes with what it stands for."""
    stand_ins = {kind.many for kind in kinds().values()}
    return [kind for kind in kinds().values() if kind.name not in stand_ins]


def kind_named(name: str) -> Kind:
    """Raises KeyError for one that this release does not know."""
    return kinds()[name]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by name, in the order of the file. Raises DataInvalid if the file is unsound."""
    text = (files(__package__) / "data" / "kinds.yaml").read_text(encoding="utf-8")
    return read_kinds(text)


def read_kinds(text: str) -> Mapping[str, Kind]:
    """The kinds of a YAML text. Raises DataInvalid: a key that is missing or unknown, a word
    outside of its vocabulary, an event that two kinds claim, a `many` that cannot stand in."""
    document = read_yaml(text, "kinds.yaml")
    found = {name: _kind(name, document.record(name)) for name in document.names()}
    document.done()
    claimed = [event for kind in found.values() for event in kind.events]
    for event in claimed:
        if claimed.count(event) > 1:
            raise DataInvalid(f"kinds.yaml: {event} belongs to two kinds")
    for kind in found.values():
        _check_many(kind, found)
    return MappingProxyType(found)


def _kind(name: str, record: Record) -> Kind:
    values = record.record("values")
    kind = Kind(
        name=name,
        group=record.text("group"),
        events=record.texts("events"),
        holders=record.texts("holders"),
        stays_for=record.optional_text("stays_for") or "",
        urgent=record.flag("urgent"),
        channels=record.words("channels", Channel),
        many=record.optional_text("many") or "",
        values=MappingProxyType({one: _value(values.text(one), values) for one in values.names()}),
    )
    record.done()
    if kind.stays_for and kind.stays_for not in kind.holders:
        raise DataInvalid(f"{record.place}: whom it stays for is not told of it")
    return kind


def _value(text: str, record: Record) -> Value:
    match text.split(" "):
        case ["text" | "count" | "instant" as shape]:
            return Value(Shape(shape))
        case ["text", "or", word]:
            return Value(Shape.TEXT, word)
        case ["word", "of", words]:
            return Value(Shape.WORD, words)
    raise DataInvalid(f"{record.place}: {text!r} is no type of a value")


def _check_many(kind: Kind, known: Mapping[str, Kind]) -> None:
    if not kind.many:
        return
    many = known.get(kind.many)
    if many is None:
        raise DataInvalid(f"kinds.yaml: {kind.name} stands for {kind.many!r}, which is no kind")
    if many.events or many.many or "count" not in many.values or many.holders != kind.holders:
        raise DataInvalid(f"kinds.yaml: {many.name} cannot tell of many {kind.name}")
