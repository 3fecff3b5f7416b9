"""What the administration does when a verb refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from governance.errors import DomainError
from governance.services.refusals import enter_refusal


class Conflict(DomainError):
    """The database refused the change: mostly a name that somebody else has just taken."""

    code = "conflict"
    title = "This conflicts with what is stored"


class NotVisible(DomainError):
    """The row is gone, or it is not this person's to see."""

    code = "not_found"
    status = 404
    title = "There is no such thing, or it is not yours to see"


@dataclass(slots=True)
class Attempt:
    """One call of a verb; `refusal` is None when it was carried out."""

    refusal: DomainError | None = None


@contextmanager
def refusals_shown(request: HttpRequest) -> Iterator[Attempt]:
    """Show a refusal as a message, and enter the refused try after its rollback.

    Not inside a transaction: the entry would be rolled back with the try.
    """
    attempt = Attempt()
    try:
        yield attempt
    except DomainError as refusal:
        attempt.refusal = refusal
    except ObjectDoesNotExist as missing:
        attempt.refusal = NotVisible(str(missing))
    except IntegrityError as broken:
        attempt.refusal = _of_constraint(broken)
    if attempt.refusal is not None:
        enter_refusal(attempt.refusal, actor=request.user, act=_act(request))
        messages.error(request, f"{attempt.refusal.title}. {attempt.refusal.detail}")


class RefusedForm(forms.BaseForm):
    """Mixed into a form whose input a verb has refused: the faults stand at their fields."""

    refusal: ClassVar[DomainError]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        show_refusal(self, self.refusal)
        return cleaned


def show_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put each fault at its field, the others on top. Afterwards the form is not valid."""
    form.add_error(None, _("Nothing was saved."))
    for error in refusal.errors:
        name = error.pointer.removeprefix("/").split("/")[0]
        form.add_error(name if name in form.fields else None, error.detail)


def _act(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match is not None else request.path


def _of_constraint(broken: IntegrityError) -> Conflict:
    constraint = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
    return Conflict(
        _("The rule %(rule)s refuses it; nothing was changed.") % {"rule": constraint}
        if constraint
        else _("The database refuses it; nothing was changed.")
    )
