"""What a page does when a verb refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest

from governance.errors import DomainError
from governance.services.refusals import enter_refusal


@dataclass(slots=True)
class Attempt:
    """One call of a verb; `refusal` is None when it was carried out."""

    refusal: DomainError | None = None


@contextmanager
def refusals_shown(request: HttpRequest) -> Iterator[Attempt]:
    """Show a verb's refusal as a message and enter the refused try, after its rollback.

    The page goes on, and answers with `attempt.refusal.status`. What is not the person's to see
    is a 404. Not inside a transaction: the entry would be rolled back with the try.
    """
    attempt = Attempt()
    try:
        yield attempt
    except DomainError as refusal:
        match = request.resolver_match
        enter_refusal(refusal, actor=request.user, act=match.view_name if match else request.path)
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise Http404 from refusal
        messages.error(request, f"{refusal.title}: {refusal.detail}")
        attempt.refusal = refusal
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
