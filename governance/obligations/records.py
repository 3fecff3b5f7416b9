"""Strict reading of the project's YAML data: duplicate, unknown and misspelt keys are refused."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar, cast

import yaml

Word = TypeVar("Word", bound=StrEnum)


class DataInvalid(ValueError):
    """A data file of the package breaks its schema. The message names the place."""


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice; PyYAML would silently keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        merge = "tag:yaml.org,2002:merge"
        keys = [self.construct_object(key, deep=True) for key, _ in node.value if key.tag != merge]
        for key in keys:
            if keys.count(key) > 1:
                raise DataInvalid(f"key {key!r} is given twice{node.start_mark}")
        return cast(dict[object, object], super().construct_mapping(node, deep=deep))


def read_yaml(text: str, place: str) -> "Record":
    """Parse one YAML document whose root is a mapping. `place` names it in error messages.

    Raises DataInvalid for anything that is not YAML or has a key twice.
    """
    try:
        # A SafeLoader: builds plain values only.
        return Record(yaml.load(text, Loader=_StrictLoader), place)
    except yaml.YAMLError as error:
        raise DataInvalid(f"{place}: {error}") from error


class Record:
    """One mapping of a data file, read key by key; `done` refuses what nobody has read."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise DataInvalid(f"{place}: expected a mapping with text keys, got {value!r}")
        self.values: Mapping[str, object] = value
        self._unread = set(self.values)
        self.place = place

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def names(self) -> tuple[str, ...]:
        return tuple(self.values)

    def raw(self, key: str) -> object:
        if key not in self.values:
            raise DataInvalid(f"{self.place}: {key!r} is missing")
        self._unread.discard(key)
        return self.values[key]

    def text(self, key: str) -> str:
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise DataInvalid(f"{self.place}.{key}: expected text, got {value!r}")
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if key in self else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repeats, empty if the key is absent."""
        items = tuple(self._items(key))
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise DataInvalid(f"{self.place}.{key}: expected a list of texts, got {items!r}")
        texts = cast(tuple[str, ...], items)
        if len(set(texts)) != len(texts):
            raise DataInvalid(f"{self.place}.{key}: {texts!r} repeats a value")
        return texts

    def word(self, key: str, vocabulary: type[Word]) -> Word:
        return self._known(key, self.text(key), vocabulary)

    def words(self, key: str, vocabulary: type[Word]) -> frozenset[Word]:
        return frozenset(self._known(key, text, vocabulary) for text in self.texts(key))

    def day(self, key: str) -> date:
        value = self.raw(key)
        if type(value) is not date:
            raise DataInvalid(f"{self.place}.{key}: expected a date, got {value!r}")
        return value

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if key in self else None

    def flag(self, key: str) -> bool:
        """True or false; false if the key is absent."""
        if key not in self:
            return False
        value = self.raw(key)
        if not isinstance(value, bool):
            raise DataInvalid(f"{self.place}.{key}: expected true or false, got {value!r}")
        return value

    def record(self, key: str) -> "Record":
        return Record(self.raw(key), f"{self.place}.{key}")

    def records(self, key: str) -> Iterator["Record"]:
        """A list of mappings, empty if the key is absent."""
        for number, item in enumerate(self._items(key)):
            yield Record(item, f"{self.place}.{key}[{number}]")

    def done(self) -> None:
        """Refuse keys that nothing has read: they are misspelt or belong elsewhere."""
        if self._unread:
            raise DataInvalid(f"{self.place}: unknown keys {sorted(self._unread)}")

    def _items(self, key: str) -> list[object]:
        value = self.raw(key) if key in self else []
        if not isinstance(value, list):
            raise DataInvalid(f"{self.place}.{key}: expected a list, got {value!r}")
        return value

    def _known(self, key: str, text: str, vocabulary: type[Word]) -> Word:
        try:
            return vocabulary(text)
        except ValueError:
            raise DataInvalid(
                f"{self.place}.{key}: {text!r} is not a {vocabulary.__name__}"
            ) from None


def content_hash(*records: Record) -> str:
    """12 hex digits of SHA-256 over what the records hold, read or not; layout does not count."""
    values = [record.values for record in records]
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
