"""The chats of queues and roles: one message there tells all who read along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from governance.models import ChatAddress, ReviewerRole
from governance.notices.texts import languages
from governance.pages.chat_form import ChatForm
from governance.pages.refusals import refusals_shown
from governance.services.chat_addresses import remove_chat, set_place_chat
from reviews.models import Queue
from reviews.pages.signed_in import SignedInRequest, may

_MAY = "governance.manage_chataddress"


class PlaceForm(ChatForm):
    """The place is `queue:slug` or `role:slug`."""

    place = forms.ChoiceField(label=gettext_lazy("Of"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    field_order = ("place", "style", "language", "url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = Queue.objects.order_by("name").values_list("slug", "name")
        roles = ReviewerRole.objects.order_by("name").values_list("slug", "name")
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (_("Queues"), [(f"queue:{slug}", name) for slug, name in queues]),
            (_("Roles"), [(f"role:{slug}", name) for slug, name in roles]),
        ]
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, language.name) for code, language in languages().items()
        ]

    def chosen(self) -> dict[str, Any]:
        """As the verb takes it; the form must be valid."""
        kind, _colon, slug = self.cleaned_data["place"].partition(":")
        of = {"queue": slug} if kind == "queue" else {"role": ReviewerRole.objects.get(slug=slug)}
        return of | {name: self.cleaned_data[name] for name in ("style", "url", "language")}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may(_MAY)
def show(request: SignedInRequest) -> HttpResponse:
    """GET /notices/places/: 200 | 403. POST: 302 back | 200 or 422 with what is faulty."""
    form, status = PlaceForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request) as attempt:
            set_place_chat(**form.chosen(), by=request.user, now=timezone.now())
        if attempt.refusal is None:
            messages.success(request, _("The chat is kept, and told from now on."))
            return redirect("reviews:chat-places")
        form.show_faults(attempt.refusal.errors)
        status = attempt.refusal.status
    names = dict(Queue.objects.values_list("slug", "name"))
    places = ChatAddress.objects.filter(person=None, removed_at=None).select_related("role")
    rows = [
        (place, names.get(place.queue, place.queue) if place.role is None else place.role.name)
        for place in places.order_by("queue", "role__name")
    ]
    return render(request, "reviews/chat_places.html", {"form": form, "rows": rows}, status=status)


@require_http_methods(["GET", "POST"])
@may(_MAY)
def remove(request: SignedInRequest, address_id: UUID) -> HttpResponse:
    """POST /notices/places/<id>/remove/: 302 back | 403 | 404. A GET, the way back from a sign-in
    that came between, leads to the list."""
    if request.method == "GET":
        return redirect("reviews:chat-places")
    try:
        remove_chat(address_id=address_id, by=request.user, own_only=False, now=timezone.now())
    except ChatAddress.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("This chat is told nothing any more."))
    return redirect("reviews:chat-places")
