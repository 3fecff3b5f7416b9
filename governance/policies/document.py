"""YAML or JSON text into plain data, with the place of each part.

Reads the parser's events instead of letting a loader build objects: no tag is obeyed, so nothing
can be constructed; no alias is followed, so nothing can grow; and each part keeps its line and
column. Plain words mean what YAML 1.2's core schema says (`no` is a word, not false), but that
octal, hexadecimal, infinite and undefined numbers stay text.
Source: https://yaml.org/spec/1.2.2/#103-core-schema
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite

import yaml

from governance.policies.problems import Place, PolicyInvalid, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_DIGITS = 18  # of an int; every int in use has fewer than five

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
INT = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

Data = dict[str, "Data"] | list["Data"] | str | int | float | bool | None


@dataclass(slots=True)
class Document:
    """`data`: the plain data. `places`, `keys`: by JSON pointer (RFC 6901), where a value and its
    key begin. `texts`: where a text stands in the source, for finding a place within it."""

    data: Data = None
    places: dict[str, Place] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    texts: dict[str, "TextSpan"] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A text's value, how it was quoted (`|`, `>`, a quote, or empty) and its source lines."""

    value: str
    style: str
    begins: Place
    lines: tuple[str, ...]

    def place_of(self, line: int, column: int) -> Place:
        """Where the value's line and column stand in the source, both from 1.

        The text's own beginning where escapes or folding leave no line as it was written.
        """
        wanted = self.value.split("\n")[line - 1]
        row = line if self.style == "|" else line - 1
        if row < len(self.lines):
            first = self.begins.column - 1 if row == 0 else 0
            found = self.lines[row].find(wanted, first)
            if found >= 0 and self.style != ">":
                return Place(self.begins.line + row, found + column)
        return self.begins


def pointer_to(parent: str, key: str | int) -> str:
    """The JSON pointer of a member, escaped as RFC 6901 says."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def read_document(text: str) -> Document:
    """The data of one YAML or JSON document.

    Duplicate keys, tags and oversized numbers are left in `problems`. Raises PolicyInvalid for
    what cannot be read any further: over MAX_BYTES, no YAML, aliases, over MAX_DEPTH levels,
    keys that are not plain text, more than one document.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise _stop(_place(text, error.start), "half a character (a lone surrogate)") from error
    if size > MAX_BYTES:
        raise _stop(Place(1, 1), f"the policy has {size} bytes; at most {MAX_BYTES} are read")
    try:
        return _Reader(text).whole()
    except yaml.reader.ReaderError as error:
        place = _place(text, error.position)
        raise _stop(place, "a character that YAML does not allow") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        context = f"{error.context}: " if error.context else ""
        raise _stop(place, f"{context}{error.problem}") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.document = Document()

    def whole(self) -> Document:
        event = self.next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _stop(Place(1, 1), "the policy is empty")
        self.document.data = self.value(event, "", 1)
        self.next()
        after = self.next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _stop(_begins(after), "a second document; a policy is one")
        return self.document

    def next(self) -> yaml.Event:
        return next(self.events)

    def value(self, event: yaml.Event, pointer: str, depth: int) -> Data:
        place = _begins(event)
        self.document.places[pointer] = place
        if isinstance(event, yaml.AliasEvent):
            raise _stop(place, "aliases (*name) are not read; write it out", pointer)
        if depth > MAX_DEPTH:
            raise _stop(place, f"nested more than {MAX_DEPTH} deep", pointer)
        if getattr(event, "tag", None) is not None:
            self.problem(pointer, place, "tags (!name) are not read; leave it out")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(pointer, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(pointer, depth)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, pointer, place)
        raise TypeError(f"{type(event).__name__} begins no value")

    def mapping(self, pointer: str, depth: int) -> Data:
        found: dict[str, Data] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            place = _begins(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise _stop(place, "a key must be plain text", pointer)
            below = pointer_to(pointer, event.value)
            if event.value in found:
                self.problem(below, place, f'"{event.value[:100]}" stands here a second time')
                self.value(self.next(), f"{below} (again)", depth + 1)
                continue
            self.document.keys[below] = place
            found[event.value] = self.value(self.next(), below, depth + 1)
        return found

    def sequence(self, pointer: str, depth: int) -> Data:
        found: list[Data] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            found.append(self.value(event, pointer_to(pointer, len(found)), depth + 1))
        return found

    def scalar(self, event: yaml.ScalarEvent, pointer: str, place: Place) -> Data:
        text: str = event.value
        if not event.style:
            plain = self.plain(text, pointer, place)
            if not isinstance(plain, str):
                return plain
        last = event.end_mark.line + 1 if event.end_mark else place.line
        lines = tuple(self.lines[place.line - 1 : last])
        self.document.texts[pointer] = TextSpan(text, event.style or "", place, lines)
        return text

    def plain(self, text: str, pointer: str, place: Place) -> str | int | float | bool | None:
        if text in NULLS:
            return None
        if text in BOOLS:
            return BOOLS[text]
        if INT.fullmatch(text):
            if len(text) <= MAX_DIGITS:
                return int(text)
            self.problem(pointer, place, "this number is too long")
            return 0
        if FLOAT.fullmatch(text):
            number = float(text)
            if not isfinite(number):
                self.problem(pointer, place, "this number is too large")
            return number
        return text

    def problem(self, pointer: str, place: Place, message: str) -> None:
        self.document.problems.append(Problem(pointer, place, "document", message))


def _begins(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _place(text: str, offset: int) -> Place:
    before = text[:offset]
    return Place(before.count("\n") + 1, offset - before.rfind("\n"))


def _stop(place: Place, message: str, pointer: str = "") -> PolicyInvalid:
    return PolicyInvalid((Problem(pointer, place, "document", message),))
