"""Text into tokens, as the CEL specification's grammar has them, and what is left out of it.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
Left out, each refused by name: unsigned integers, bytes, raw and triple-quoted strings.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from governance.policies.expression.errors import PolicySyntaxError, PolicyTooLargeError

MAX_LENGTH = 10_000  # characters of a condition

PATTERN = re.compile(
    r"""
    (?P<blank>(?:[ \t\r\n]+|//[^\n]*)+)
  | (?P<double>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<int>0[xX][0-9a-fA-F]+|[0-9]+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\],.?:+\-*/%])
  | (?P<quote>["'])
    """,
    re.VERBOSE,
)
SIMPLE_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "`": "`", "?": "?",
}  # fmt: skip
CODED_ESCAPE = re.compile(
    r"[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})"
)
PREFIXES = frozenset({"r", "b", "rb", "br"})
SLIPS = {
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    ";": "a condition is one expression; join two with && or ||",
    "{": "maps are not part of this language",
    "\u201c": 'write straight quotes: "',
    "\u201d": 'write straight quotes: "',
    "\u2018": "write straight quotes: '",
    "\u2019": "write straight quotes: '",
    "\u2264": "write <=",
    "\u2265": "write >=",
    "\u2260": "write !=",
}


class TokenKind(StrEnum):
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text`: the characters, for a string what it means. `start`, `end`: offsets."""

    kind: TokenKind
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens of `text`, the last of kind END.

    Raises PolicyTooLargeError over MAX_LENGTH characters, PolicySyntaxError at the first
    character that cannot be seen, or else that begins no token.
    """
    if len(text) > MAX_LENGTH:
        raise PolicyTooLargeError(
            f"the condition has {len(text)} characters; at most {MAX_LENGTH} are read",
            text=text,
            offset=MAX_LENGTH,
        )
    _refuse_unseen(text)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = PATTERN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup == "quote":
            token = _string(text, at)
            tokens.append(token)
            at = token.end
            continue
        if match.lastgroup != "blank":
            kind = TokenKind(match.lastgroup or "")
            _refuse_what_follows(text, kind, match)
            tokens.append(Token(kind, match.group(), at, match.end()))
        at = match.end()
    tokens.append(Token(TokenKind.END, "", at, at))
    return tokens


def _refuse_unseen(text: str) -> None:
    """What no reader can see must not decide anything, nor turn the order of what they see."""
    for at, char in enumerate(text):
        if not char.isprintable() and char not in "\t\r\n":
            raise PolicySyntaxError(
                f"U+{ord(char):04X} is a character that cannot be seen; write it as an escape",
                text=text,
                offset=at,
            )


def _unreadable(text: str, at: int) -> PolicySyntaxError:
    char = text[at]
    hint = f"; {SLIPS[char]}" if char in SLIPS else ""
    return PolicySyntaxError(f'"{char}" has no meaning here{hint}', text=text, offset=at)


def _refuse_what_follows(text: str, kind: TokenKind, match: re.Match[str]) -> None:
    end = match.end()
    after = text[end : end + 1]
    if (
        kind is TokenKind.NAME
        and after in {'"', "'"}
        and match.group().lower() in {"r", "b", "rb", "br"}
    ):
        raise PolicySyntaxError(
            "raw strings and bytes are not part of this language", text=text, offset=match.start()
        )
    if kind not in (TokenKind.INT, TokenKind.DOUBLE):
        return
    if after in {"u", "U"}:
        raise PolicySyntaxError(
            "unsigned integers are not part of this language; leave out the u",
            text=text,
            offset=end,
        )
    if after and (after.isalnum() or after in "_."):
        raise PolicySyntaxError("the number does not end properly", text=text, offset=end)


def _string(text: str, start: int) -> Token:
    quote = text[start]
    if text.startswith(quote * 3, start):
        raise PolicySyntaxError(
            "triple-quoted strings are not part of this language", text=text, offset=start
        )
    parts: list[str] = []
    at = start + 1
    while at < len(text):
        char = text[at]
        if char == quote:
            return Token(TokenKind.STRING, "".join(parts), start, at + 1)
        if char == "\\":
            piece, at = _escape(text, at)
            parts.append(piece)
        elif char == "\n":
            break
        else:
            parts.append(char)
            at += 1
    raise PolicySyntaxError("the string has no closing quote", text=text, offset=start)


def _escape(text: str, at: int) -> tuple[str, int]:
    simple = SIMPLE_ESCAPES.get(text[at + 1 : at + 2])
    if simple is not None:
        return simple, at + 2
    match = CODED_ESCAPE.match(text, at + 1)
    if match is None:
        raise PolicySyntaxError("this escape has no meaning", text=text, offset=at)
    octal = match.group(4)
    point = int(octal, 8) if octal else int(match.group(match.lastindex or 1), 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise PolicySyntaxError("this escape names no character", text=text, offset=at)
    return chr(point), match.end()
