"""Tokens into a tree: a subset of CEL's grammar, read by recursive descent.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
Left out: maps, messages, indexing, field selection, comprehensions, and every function but
`has`, `size`, `startsWith`, `endsWith`, `contains` and `timestamp("literal")`.
One addition: `has(x)` takes the bare name of a fact, where CEL wants a field selection.
"""

from collections.abc import Callable
from math import isfinite

from governance.policies.expression.errors import (
    PolicySyntaxError,
    PolicyTooLargeError,
    UnknownNameError,
    did_you_mean,
)
from governance.policies.expression.nodes import (
    AllOf,
    AnyOf,
    Arithmetic,
    Comparison,
    Conditional,
    Fact,
    Has,
    Literal,
    Members,
    Negative,
    Node,
    Not,
    Size,
    TextTest,
)
from governance.policies.expression.tokens import Token, TokenKind, tokenize
from governance.policies.expression.values import (
    INT_MAX,
    INT_MIN,
    Scalar,
    ValueType,
    parse_instant,
)

MAX_DEPTH = 32  # parts within parts, brackets included
MAX_NODES = 1_000  # parts of one condition

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
CONSTANTS: dict[str, tuple[Scalar, ValueType]] = {
    "true": (True, ValueType.BOOL),
    "false": (False, ValueType.BOOL),
    "null": (None, ValueType.NULL),
}
TEXT_TESTS = frozenset({"startsWith", "endsWith", "contains"})
METHODS = TEXT_TESTS | {"size"}
FUNCTIONS = frozenset({"has", "size", "timestamp"})
RESERVED = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
        "in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void",
        "while",
    }
)  # fmt: skip
WORDS_FOR_SIGNS = {"and": "&&", "or": "||", "not": "!", "is": "=="}


def parse(text: str) -> Node:
    """The tree of a condition.

    Raises PolicySyntaxError, UnknownNameError (functions) or PolicyTooLargeError at the first
    fault; facts and types are for `check`.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.nesting = 0
        self.nodes = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        if len(self.tokens) == 1:
            raise self.fault("the condition is empty")
        node = self.expression()
        if self.at < len(self.tokens) - 1:
            raise self.unexpected("an operator or the end")
        return node

    def expression(self) -> Node:
        return self.nested(self.conditional)

    def conditional(self) -> Node:
        start = self.token.start
        node = self.any_of()
        if not self.take("?"):
            return node
        then = self.expression()
        self.expect(":", "the : of the ? before")
        otherwise = self.expression()
        return Conditional(*self.span(start, node, then, otherwise), node, then, otherwise)

    def nested(self, part: Callable[[], Node]) -> Node:
        # Brackets leave no node behind, so the depth of the tree alone would not guard the stack.
        self.nesting += 1
        if self.nesting > MAX_DEPTH:
            raise self.too_deep(self.token.start)
        node = part()
        self.nesting -= 1
        return node

    def any_of(self) -> Node:
        start = self.token.start
        terms = self.terms("||", self.all_of)
        return terms[0] if len(terms) == 1 else AnyOf(*self.span(start, *terms), terms)

    def all_of(self) -> Node:
        start = self.token.start
        terms = self.terms("&&", self.relation)
        return terms[0] if len(terms) == 1 else AllOf(*self.span(start, *terms), terms)

    def terms(self, sign: str, part: Callable[[], Node]) -> tuple[Node, ...]:
        found = [part()]
        while self.take(sign):
            found.append(part())
        return tuple(found)

    def relation(self) -> Node:
        start = self.token.start
        node = self.sum()
        while self.sees(*COMPARISONS) or (
            self.token.kind is TokenKind.NAME and self.token.text == "in"
        ):
            sign = self.next()
            right = self.sum()
            node = Comparison(*self.span(start, node, right), sign.text, sign.start, node, right)
        return node

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "/", "%"), self.unary)

    def chain(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        start = self.token.start
        node = part()
        while self.sees(*signs):
            sign = self.next()
            right = part()
            node = Arithmetic(*self.span(start, node, right), sign.text, sign.start, node, right)
        return node

    def unary(self) -> Node:
        start = self.token.start
        if self.take("!"):
            operand = self.nested(self.unary)
            return Not(*self.span(start, operand), operand)
        if not self.take("-"):
            return self.member(start, self.primary())
        if self.token.kind in (TokenKind.INT, TokenKind.DOUBLE):
            return self.member(start, self.number(start, -1))
        operand = self.nested(self.unary)
        return Negative(*self.span(start, operand), operand)

    def member(self, start: int, node: Node) -> Node:
        while self.take("."):
            name = self.token
            if name.kind is not TokenKind.NAME:
                raise self.unexpected("the name of a function")
            self.at += 1
            if name.text not in METHODS:
                hint = did_you_mean(name.text, METHODS)
                raise UnknownNameError(
                    f'a value has no "{name.text}"{hint}', text=self.text, offset=name.start
                )
            arguments = self.arguments(name, 0 if name.text == "size" else 1)
            span = self.span(start, node, *arguments)
            node = TextTest(*span, name.text, node, *arguments) if arguments else Size(*span, node)
        if self.sees("["):
            raise self.fault("picking a member by its position is not part of this language")
        return node

    def primary(self) -> Node:
        token = self.token
        if token.kind in (TokenKind.INT, TokenKind.DOUBLE):
            return self.number(token.start, 1)
        if token.kind is TokenKind.STRING:
            self.at += 1
            return Literal(*self.span(token.start), token.text, ValueType.STRING)
        if token.kind is TokenKind.NAME:
            return self.named()
        if self.take("("):
            node = self.expression()
            self.expect(")", "a closing )")
            return node
        if self.take("["):
            items = self.items("]")
            self.expect("]", "a closing ]")
            return Members(*self.span(token.start, *items), tuple(items))
        raise self.unexpected("a fact, a value or a bracket")

    def named(self) -> Node:
        if self.token.text in RESERVED - CONSTANTS.keys():
            raise self.unexpected("a fact, a value or a bracket")
        token = self.next()
        if token.text in CONSTANTS:
            return Literal(*self.span(token.start), *CONSTANTS[token.text])
        if self.sees("("):
            return self.call(token)
        return Fact(*self.span(token.start), token.text)

    def call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            if name.text in METHODS:
                message = f'write it after the text: fact.{name.text}("...")'
            else:
                message = f'there is no function "{name.text}"{did_you_mean(name.text, FUNCTIONS)}'
            raise UnknownNameError(message, text=self.text, offset=name.start)
        (argument,) = self.arguments(name, 1)
        if name.text == "size":
            return Size(*self.span(name.start, argument), argument)
        if name.text == "has":
            if not isinstance(argument, Fact):
                raise self.fault("has() takes the name of one fact", at=argument.start)
            return Has(*self.span(name.start, argument), argument)
        if not isinstance(argument, Literal) or not isinstance(argument.value, str):
            raise self.fault("timestamp() takes a string that stands here", at=argument.start)
        instant = parse_instant(argument.value)
        if instant is None:
            raise self.fault(
                'this is no instant; write it as "2026-01-31T12:00:00Z"', at=argument.start
            )
        return Literal(*self.span(name.start, argument), instant, ValueType.TIMESTAMP)

    def arguments(self, name: Token, wanted: int) -> list[Node]:
        self.expect("(", f"( after {name.text}")
        items = self.items(")")
        self.expect(")", "a closing )")
        if len(items) != wanted:
            plural = "" if wanted == 1 else "s"
            raise self.fault(
                f"{name.text} takes {wanted} argument{plural}, not {len(items)}", at=name.start
            )
        return items

    def items(self, closing: str) -> list[Node]:
        """Parts up to `closing`. CEL lets a list, and only a list, end in a comma."""
        found: list[Node] = []
        while not self.sees(closing):
            found.append(self.expression())
            if not self.take(","):
                return found
            if closing == ")" and self.sees(")"):
                raise self.unexpected("a further argument")
        return found

    def number(self, start: int, sign: int) -> Node:
        token = self.next()
        if token.kind is TokenKind.DOUBLE:
            value = sign * float(token.text)
            if not isfinite(value):
                raise self.fault("the number is too large for a double", at=token.start)
            return Literal(*self.span(start), value, ValueType.DOUBLE)
        is_hex = token.text[:2] in ("0x", "0X")
        digits = token.text[2:] if is_hex else token.text
        # Sixty-four bits have at most 19 decimal digits; more are not even converted.
        whole = sign * int(digits.lstrip("0")[:20] or "0", 16 if is_hex else 10)
        if not INT_MIN <= whole <= INT_MAX:
            raise self.fault("the number does not fit 64 bits", at=token.start)
        return Literal(*self.span(start), whole, ValueType.INT)

    def span(self, start: int, *children: Node) -> tuple[int, int, int]:
        """Start, end and depth of the node that ends with the last token read; counts it."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise PolicyTooLargeError(
                f"the condition has more than {MAX_NODES} parts", text=self.text, offset=start
            )
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > MAX_DEPTH:
            raise self.too_deep(start)
        return start, self.tokens[self.at - 1].end, depth

    def next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def sees(self, *signs: str) -> bool:
        return self.token.kind is TokenKind.SIGN and self.token.text in signs

    def take(self, sign: str) -> bool:
        found = self.sees(sign)
        self.at += found
        return found

    def expect(self, sign: str, said: str) -> None:
        if not self.take(sign):
            raise self.unexpected(said)

    def fault(self, message: str, *, at: int | None = None) -> PolicySyntaxError:
        offset = self.token.start if at is None else at
        return PolicySyntaxError(message, text=self.text, offset=offset)

    def unexpected(self, wanted: str) -> PolicySyntaxError:
        token = self.token
        if token.kind is TokenKind.END:
            return self.fault(f"the condition ends where {wanted} is expected")
        for word in self.tokens[max(0, self.at - 1) : self.at + 1]:
            sign = WORDS_FOR_SIGNS.get(word.text.lower())
            if word.kind is TokenKind.NAME and sign:
                return self.fault(f"write {sign} for {word.text}", at=word.start)
        return self.fault(f'found "{self.text[token.start : token.end][:40]}" instead of {wanted}')

    def too_deep(self, at: int) -> PolicyTooLargeError:
        return PolicyTooLargeError(
            f"the condition is nested more than {MAX_DEPTH} deep", text=self.text, offset=at
        )
