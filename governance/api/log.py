"""The log as files that anybody may fetch and keep: checkpoint, tiles, keys (C2SP tlog-tiles).

Hashes are public, what they are hashes of is not: bundles of entries are for those who may see the
ledger. Witnesses, who have no account here, hand in their cosignatures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from governance.errors import DomainError, NotPermitted
from governance.evidence.registry import entries_sealed_from
from governance.ledger.leaf import instant
from governance.ledger.store import StoreUnreachable, ledger_store
from governance.ledger.tile_paths import WIDTH, BundleId, parse_path
from governance.models import CheckpointKey, Leaf, LedgerEntry, User, Witness
from governance.selectors.published import cosigned_note, newest_checkpoint, published_size
from governance.services.cosigning import MAX_BODY_BYTES, take_cosignatures
from governance.services.refusals import enter_refusal

_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
# A tile is named with its width, so that what was once served under a name stays the same.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MOMENT = "public, max-age=1"
_FOR_MINUTES = "public, max-age=300"
_NEVER = "private, no-store"

View = Callable[..., HttpResponseBase]


def _from_the_store(view: View) -> View:
    """503 while the store does not answer: the file may well be there."""

    @wraps(view)
    def wrapped(request: HttpRequest, **named: str) -> HttpResponseBase:
        try:
            return view(request, **named)
        except StoreUnreachable:
            answer = _said(503, "The ledger's store does not answer; try again.")
            answer["Retry-After"] = "5"
            return answer

    return wrapped


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """GET /ledger/checkpoint: 200 the newest note, with the witnesses' lines | 404 none yet."""
    newest = newest_checkpoint(settings.COUNTERSIGN_LOG_ORIGIN)
    if newest is None:
        return _said(404, "Nothing is published yet.")
    return _file(request, cosigned_note(newest), kind=_TEXT, kept=_FOR_A_MOMENT)


@require_safe
@_from_the_store
def tile(request: HttpRequest, address: str) -> HttpResponseBase:
    """GET /ledger/tile/<L>/<N>[.p/<W>] and /ledger/tile/entries/<N>[.p/<W>].

    200 | 403 entries, for who may not see the ledger, or not yet all of them | 404 not published,
    or no such path.
    """
    path = f"tile/{address}"
    try:
        place, width = parse_path(path)
    except ValueError:
        return _said(404, "That is the path of no tile.")
    is_bundle = isinstance(place, BundleId)
    if isinstance(place, BundleId):
        person = request.user
        if not isinstance(person, User) or not person.has_perm("governance.view_ledgerentry"):
            refusal = NotPermitted("Entries are for those who may see the ledger")
            enter_refusal(refusal, actor=request.user, act="log-tile")
            return _said(403, "Entries are for those who may see the ledger; sign in.")
        if _has_sealed(place.index * WIDTH, width, person):
            return _said(
                403,
                "Ballots that are still sealed, or what you are to judge without it, are among "
                "these entries. Ask again when their cases are decided; the tiles of hashes are "
                "there meanwhile.",
            )
    level = 0 if isinstance(place, BundleId) else place.level
    origin = settings.COUNTERSIGN_LOG_ORIGIN
    if place.index * WIDTH + width > published_size(origin) // WIDTH**level:
        return _said(404, "No checkpoint that is published holds it yet.")
    content = ledger_store(origin).read(path)
    if content is None:
        return _said(404, "It is not there; where it is partial, take the full one.")
    return _file(request, content, kind=_BYTES, kept=_NEVER if is_bundle else _FOR_EVER)


@require_safe
def keys(request: HttpRequest) -> HttpResponseBase:
    """GET /ledger/keys: 200 a line for each key: what it does, the key, from when, until when."""
    text = "".join(f"{line}\n" for line in _key_lines())
    return _file(request, text.encode(), kind=_TEXT, kept=_FOR_MINUTES)


@csrf_exempt
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponseBase:
    """POST /ledger/cosignatures: a checkpoint's text with cosignature lines (C2SP signed-note).

    201 new ones are kept | 200 known already | 400 no note | 403 by no trusted witness |
    404 no such checkpoint | 409 another tree of that size | 413 too long | 422 wrong signature.
    """
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return _said(413, f"A note here has at most {MAX_BODY_BYTES} bytes.")
    try:
        kept = take_cosignatures(note=body, now=timezone.now())
    except DomainError as refusal:
        return _said(refusal.status, f"{refusal.title}: {refusal.detail}")
    return _said(201 if kept else 200, f"Cosignatures kept: {len(kept)}.")


def _has_sealed(first: int, count: int, person: User) -> bool:
    leaves = Leaf.objects.filter(
        log__origin=settings.COUNTERSIGN_LOG_ORIGIN, index__gte=first, index__lt=first + count
    )
    sealed = entries_sealed_from(person, timezone.now())
    return LedgerEntry.objects.filter(sealed, pk__in=leaves.values("entry_id")).exists()


def _key_lines() -> Iterator[str]:
    yield "# log or witness, verifier key (C2SP signed-note), from, until (-: still)"
    for key in CheckpointKey.objects.order_by("introduced_at", "id"):
        until = "-" if key.retired_at is None else instant(key.retired_at)
        yield f"log {key.verifier} {instant(key.introduced_at)} {until}"
    for witness in Witness.objects.order_by("trusted_at", "id"):
        until = "-" if witness.distrusted_at is None else instant(witness.distrusted_at)
        yield f"witness {witness.verifier} {instant(witness.trusted_at)} {until}"


def _file(request: HttpRequest, content: bytes, *, kind: str, kept: str) -> HttpResponseBase:
    etag = f'"{sha256(content).hexdigest()}"'
    answer = HttpResponse(content, content_type=kind)
    answer["ETag"] = etag
    answer["Cache-Control"] = kept
    conditional = get_conditional_response(request, etag=etag, response=answer)
    return answer if conditional is None else conditional


def _said(status: int, sentence: str) -> HttpResponse:
    answer = HttpResponse(f"{sentence}\n", status=status, content_type=_TEXT)
    answer["Cache-Control"] = "no-store"
    return answer
