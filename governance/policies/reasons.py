"""A rule's reason as a template: `{amount}` stands for the fact of that name, in words.

Only under `reason_template` do braces mean anything; a `reason` is read as it stands. A brace that
is meant as one is written twice. The facts that a policy sees are never personal, so no reason can
hold what is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from governance.policies.expression.closures import Reckon
from governance.policies.expression.errors import did_you_mean
from governance.policies.expression.reading import reader_of
from governance.policies.expression.sentences import said
from governance.policies.expression.values import FactType, Unknown

_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|[{}]")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """`offset`: of the character in the template at which it is wrong."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Template:
    """Plain texts, and between them the facts to be said: one more text than facts."""

    texts: tuple[str, ...]
    facts: tuple[Reckon, ...]

    def filled(self, given: Mapping[str, object]) -> str:
        """The reason for one decision. What is missing, or of another type, is called unknown."""
        words = [self.texts[0]]
        for read, text in zip(self.facts, self.texts[1:], strict=True):
            value = read(given, [])
            words += [UNKNOWN if isinstance(value, Unknown) else said(value), text]
        return "".join(words)


def template_faults(
    text: str, facts: Mapping[str, FactType], personal: frozenset[str]
) -> Iterator[TemplateFault]:
    """What keeps a text from being a template, in the order of the text."""
    for match in _PART.finditer(text):
        name = match["name"]
        if name is None and len(match[0]) == 1:
            yield TemplateFault(
                match.start(), "a brace stands around the name of a fact; write it twice for itself"
            )
        elif name in personal:
            yield TemplateFault(
                match.start(), f'the fact "{name}" is personal, which no reason may hold'
            )
        elif name is not None and name not in facts:
            hint = did_you_mean(name, facts)
            yield TemplateFault(match.start(), f'there is no fact "{name[:100]}"{hint}')


def read_template(text: str, facts: Mapping[str, FactType]) -> Template:
    """The template that a text without faults is."""
    texts, readers, at = [""], [], 0
    for match in _PART.finditer(text):
        texts[-1] += text[at : match.start()]
        at = match.end()
        if match["name"] is None:
            texts[-1] += match[0][0]
        else:
            readers.append(reader_of(match["name"], facts[match["name"]]))
            texts.append("")
    texts[-1] += text[at:]
    return Template(tuple(texts), tuple(readers))
