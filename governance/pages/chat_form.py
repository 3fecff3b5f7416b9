"""The forms of chat addresses. The verbs judge what they read."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from governance.models import ChatAddress


class ChatForm(forms.Form):
    """An address of one's own. It is typed in anew each time: what is kept is not shown."""

    style = forms.ChoiceField(label=_("Kind of chat"), choices=ChatAddress.Style.choices)
    url = forms.CharField(
        label=_("Address of the incoming webhook"),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("A secret: whoever knows it may post there. It is sealed and not shown again."),
    )

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)
