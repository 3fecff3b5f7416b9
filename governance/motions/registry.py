"""The registry of acts that take more than one person: who moves them, who votes, what is done.

An app puts its acts into `motions.py`; `discover` imports them at start-up, the way the admin
finds `admin.py`, so that one engine serves every app and `governance` imports none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from django.db import models
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from governance.models import Actor, Motion, User
from governance.motions.findings import Finding
from governance.quorum import PRESETS, QuorumRule

WEEK = timedelta(days=7)
LONGEST_SUMMARY = 200

# Strings, booleans, null, whole numbers below 2^53, and lists and objects of them: what RFC 8785
# writes in one way only, also after the database has kept it. Decimals and instants are strings.
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a motion is about. `summary`: what is to be done, in a line, without personal data;
    `about`: the row that the act changes or adds to, if there is one."""

    summary: str
    about: models.Model | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What the second person reads. `rows`: label and value; `diff`: unified, or empty; `notes`:
    what they should know before they vote, in sentences; `links`: label, address name, key;
    `findings`: what is known of it from trying it out, None where there is nothing to try."""

    rows: tuple[tuple[str, str], ...]
    diff: str = ""
    notes: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[Finding, ...] | None = None


Check = Callable[[Content, User, datetime], Matter]
CarryOut = Callable[[Motion, Actor, datetime], models.Model]
Describe = Callable[[Motion], Description]
Bar = Callable[[Motion, User], str]


Scope = Callable[[User], models.Q]


def nobody_is_barred(motion: Motion, voter: User) -> str:
    return ""


def every_motion(person: User) -> models.Q:
    return models.Q()


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act that takes more than one person.

    `name`: `app.noun.verb`. `move_perm`, `vote_perm`: the permissions to move it and to vote.
    `check`: raises a DomainError for what could not be carried out, and locks nothing.
    `carry_out`: the deed, inside the transaction of the deciding ballot; it looks again, and its
    row names the motion. `bar`: why this person in particular must not vote, a sentence or empty.
    `scope`: which motions of the act somebody with one of the permissions may see; `votable`: on
    which of them `bar` lets them vote, for lists. `quorum`: who it takes besides the mover, unless
    an ActQuorum says otherwise.
    """

    name: str
    title: str
    move_perm: str
    vote_perm: str
    check: Check
    carry_out: CarryOut
    describe: Describe
    bar: Bar = nobody_is_barred
    scope: Scope = every_motion
    votable: Scope = every_motion
    quorum: QuorumRule = PRESETS["four_eyes"]
    open_for: timedelta = WEEK


_acts: dict[str, Act] = {}


def register(act: Act) -> Act:
    """Makes an act known. Raises ValueError for a name that is taken."""
    if act.name in _acts:
        raise ValueError(f"The act {act.name} is registered twice")
    _acts[act.name] = act
    return act


def act_named(name: str) -> Act:
    """Raises LookupError: a motion of an act that this installation does not know."""
    if name not in _acts:
        raise LookupError(f"There is no act {name!r}")
    return _acts[name]


def known_acts() -> tuple[Act, ...]:
    """Every act, in order of name."""
    return tuple(_acts[name] for name in sorted(_acts))


def title_of(name: str) -> str:
    """What an act is called; its bare name where this installation does not know it any more."""
    return _(_acts[name].title) if name in _acts else name


def digest_of(content: Content) -> str:
    """SHA-256 of the content's RFC 8785 JSON, hex."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def discover() -> None:
    """Imports the `motions` of each installed app; a fault in one stops the start."""
    autodiscover_modules("motions")
