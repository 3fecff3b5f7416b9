"""A notice in the words of one language. Pure: values in, text out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from governance.notices.kinds import Kind, Shape, Value, kinds
from governance.notices.texts import Language

Values = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Said:
    title: str
    text: str


def say(kind_name: str, values: Values, language: Language, zone: tzinfo) -> Said:
    """Title and text of a notice. A kind or word that this release does not know any more is said
    by its name: what was kept stays readable."""
    kind = kinds().get(kind_name)
    if kind is None:
        return Said(kind_name, "")
    texts = language.kinds[kind_name]
    written = _written(kind, values, language, zone)
    return Said(texts.title.format_map(written), texts.text.format_map(written))


def _written(kind: Kind, values: Values, language: Language, zone: tzinfo) -> dict[str, str]:
    return {
        name: _value(value, values.get(name), language, zone) for name, value in kind.values.items()
    }


def _value(value: Value, given: str | int | None, language: Language, zone: tzinfo) -> str:
    text = "" if given is None else str(given)
    if value.shape is Shape.WORD:
        return language.words[value.words].get(text, text)
    if value.shape is Shape.INSTANT and text:
        return datetime.fromisoformat(text).astimezone(zone).strftime(language.instant)
    if not text and value.words:
        return language.words["or"][value.words]
    return text
