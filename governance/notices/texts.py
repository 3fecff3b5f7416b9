"""What notices say, in each language: read from `data/texts`, once, and checked against the kinds.

English is complete by definition. A language has all of it, with the same placeholders, or the
product does not start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType

from governance.notices.kinds import Kind, Shape, kinds
from governance.obligations.records import DataInvalid, Record, read_yaml

ENGLISH = "en"
# What the texts around a notice may say, and with which placeholders.
_FRAME: Mapping[str, frozenset[str]] = {
    "greeting": frozenset({"person"}),
    "open": frozenset(),
    "about": frozenset({"choices"}),
    "summary": frozenset({"count"}),
    "summary_intro": frozenset(),
    "channel": frozenset({"place"}),
}


@dataclass(frozen=True, slots=True)
class KindTexts:
    """`label`: what the kind is called where people choose; empty for one that tells of many, which
    goes with the one it stands for. `title`, `text`: what one notice says."""

    label: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Language:
    """`instant`: how an instant is written, for strftime."""

    code: str
    name: str
    instant: str
    frame: Mapping[str, str]
    groups: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, KindTexts]


@cache
def languages() -> Mapping[str, Language]:
    """Every language by code, English first. Raises DataInvalid if a file is unsound."""
    texts = {
        entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8")
        for entry in (files(__package__) / "data" / "texts").iterdir()
        if entry.name.endswith(".yaml")
    }
    ordered = sorted(texts, key=lambda code: (code != ENGLISH, code))
    found = {code: read_language(code, texts[code], kinds()) for code in ordered}
    english = found[ENGLISH]
    for language in found.values():
        _check_words(language, english)
    return MappingProxyType(found)


def language_of(code: str) -> Language:
    """The language of that code; English for one that this release does not know."""
    known = languages()
    return known.get(code, known[ENGLISH])


def read_language(code: str, text: str, known: Mapping[str, Kind]) -> Language:
    """A language from its YAML text. Raises DataInvalid, naming the place: a kind that is missing
    or unknown, a placeholder that the kind has no value for, a word that is not in its list."""
    document = read_yaml(text, f"{code}.yaml")
    language = Language(
        code=code,
        name=document.text("name"),
        instant=document.text("instant"),
        frame=_texts(document.record("frame"), dict(_FRAME)),
        groups=_plain(document.record("groups")),
        words=_words(document.record("words")),
        kinds=_kinds(document.record("kinds"), known),
    )
    document.done()
    for kind in known.values():
        _check_kind(kind, language)
    return language


def placeholders(text: str, place: str) -> frozenset[str]:
    """The names in braces. Raises DataInvalid for anything in braces but a plain name: a text is
    data, and gets at no attribute of what it is given."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as fault:
        raise DataInvalid(f"{place}: {fault}") from fault
    found = set()
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise DataInvalid(f"{place}: {{{name}}} is not a plain name")
        found.add(name)
    return frozenset(found)


def _texts(record: Record, allowed: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    found = {}
    for name, names in allowed.items():
        found[name] = record.text(name)
        place = f"{record.place}.{name}"
        if placeholders(found[name], place) != names:
            raise DataInvalid(f"{place}: says {{}} of other things than {sorted(names)}")
    record.done()
    return MappingProxyType(found)


def _plain(record: Record) -> Mapping[str, str]:
    return MappingProxyType({name: record.text(name) for name in record.names()})


def _words(record: Record) -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({name: _plain(record.record(name)) for name in record.names()})


def _kinds(record: Record, known: Mapping[str, Kind]) -> Mapping[str, KindTexts]:
    found, stand_ins = {}, {kind.many for kind in known.values()}
    for name, kind in known.items():
        texts = record.record(name)
        label = "" if name in stand_ins else texts.text("label")
        found[name] = KindTexts(label, texts.text("title"), texts.text("text"))
        texts.done()
        if placeholders(label, texts.place):
            raise DataInvalid(f"{texts.place}.label: has no values to say")
        for part in (found[name].title, found[name].text):
            unknown = placeholders(part, texts.place) - kind.values.keys()
            if unknown:
                raise DataInvalid(f"{texts.place}: {name} has no {sorted(unknown)} to say")
    record.done()
    return MappingProxyType(found)


def _check_kind(kind: Kind, language: Language) -> None:
    if kind.group not in language.groups:
        raise DataInvalid(f"{language.code}.yaml: the group {kind.group} has no name")
    for name, value in kind.values.items():
        if value.shape is Shape.WORD and value.words not in language.words:
            raise DataInvalid(f"{language.code}.yaml: no words for {name} of {kind.name}")
        fallbacks = language.words.get("or", {})
        if value.shape is Shape.TEXT and value.words and value.words not in fallbacks:
            raise DataInvalid(f"{language.code}.yaml: nothing to say for an empty {name}")


def _check_words(language: Language, english: Language) -> None:
    """The same lists with the same words, and in each text the same placeholders."""
    for mine, its in ((language.groups, english.groups), (language.words, english.words)):
        if mine.keys() != its.keys():
            raise DataInvalid(f"{language.code}.yaml: not the words that English has")
    for name, words in english.words.items():
        if language.words[name].keys() != words.keys():
            raise DataInvalid(f"{language.code}.yaml: words.{name} are not those of English")
    for name, texts in english.kinds.items():
        place = f"{language.code}.yaml: {name}"
        for part in ("title", "text"):
            mine, its = getattr(language.kinds[name], part), getattr(texts, part)
            if placeholders(mine, place) != placeholders(its, place):
                raise DataInvalid(f"{place}.{part} has other placeholders than in English")
