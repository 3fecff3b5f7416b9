"""A message for mail or chat: one notice, or a summary of several. Pure: data in, text out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from governance.notices.texts import Language
from governance.notices.wording import say

# A subject longer than this is cut by every reader.
_LONGEST_SUBJECT = 150
# More in one message is not read; the product has all of them.
MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in a message. `url`: of the page that it is about, absolute."""

    kind: str
    title: str
    text: str
    url: str
    at: str


@dataclass(frozen=True, slots=True)
class Composed:
    """`intro`: empty for a single notice. `more`: how many are not in the message."""

    language: str
    subject: str
    greeting: str
    intro: str
    lines: tuple[Line, ...]
    more: int
    open: str
    about: str

    @property
    def plain(self) -> str:
        blocks = [self.greeting, *([self.intro] if self.intro else [])]
        blocks += [f"{line.title}\n{line.text}\n{self.open}: {line.url}" for line in self.lines]
        blocks += [f"+ {self.more}"] if self.more else []
        return "\n\n".join([*blocks, f"-- \n{self.about}\n"])


def compose(
    items: Sequence[Mapping[str, Any]], *, to: str, language: Language, zone: tzinfo, base_url: str
) -> Composed:
    """`items`: of a NoticeMessage, oldest first. `to`: whom the message greets. `base_url`: of the
    product, without a slash at its end."""
    newest = items[-MOST_ITEMS:]
    lines = tuple(_line(item, language, zone, base_url) for item in newest)
    frame, is_one = language.frame, len(items) == 1
    subject = lines[0].title if is_one else frame["summary"].format(count=len(items))
    return Composed(
        language=language.code,
        subject=" ".join(subject.split())[:_LONGEST_SUBJECT],
        greeting=frame["greeting"].format(person=to),
        intro="" if is_one else frame["summary_intro"],
        lines=lines,
        more=len(items) - len(lines),
        open=frame["open"],
        about=frame["about"].format(choices=f"{base_url}/notices/choices/"),
    )


def _line(item: Mapping[str, Any], language: Language, zone: tzinfo, base_url: str) -> Line:
    said = say(item["kind"], item["values"], language, zone)
    return Line(item["kind"], said.title, said.text, f"{base_url}{item['path']}", item["at"])
