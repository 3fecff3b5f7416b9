"""Reading an answer the way a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Markup(HTMLParser):
    """What a strict content security policy forbids in a page, and what a person can act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.posts_to: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.forbidden.append(tag)
        self.forbidden += [
            f"{tag} {name}" for name in given if name == "style" or name.startswith("on")
        ]
        self.forbidden += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in ("href", "src", "action") and (value or "").startswith(("javascript:", "//"))
        ]
        if tag == "form" and (given.get("method") or "").lower() == "post":
            self.posts_to.append(given.get("action") or "")


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def acts_of(response: Any) -> set[str]:
    """The last part of each address that the page's forms post to, but for signing out."""
    targets = Markup(text_of(response)).posts_to
    return {target.rstrip("/").rsplit("/", 1)[-1] for target in targets} - {"sign-out"}
