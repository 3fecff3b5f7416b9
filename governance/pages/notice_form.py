"""The form of a person's choices. The verb judges what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldError
from governance.models import NoticeChoices, User
from governance.notices.choosing import channels_of
from governance.notices.hours import Summary
from governance.notices.kinds import Channel, Kind, choosable
from governance.notices.texts import Language, languages
from governance.services.notice_choices import Wanted, stays_on, zones

_CLOCK = {"type": "time"}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the table: its name, and a box for each channel, in the order of `Channel`."""

    label: str
    boxes: tuple[BoundField, ...]


class ChoicesForm(forms.Form):
    """Everything that a person chooses. Channels that must stay are shown ticked and not asked."""

    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    summary = forms.ChoiceField(
        label=_("Summary"),
        choices=[
            (Summary.AT_ONCE.value, _("none: each notice at once")),
            (Summary.HOURLY.value, _("each hour, in one message")),
            (Summary.DAILY.value, _("each day, in one message")),
        ],
        help_text=_("Of mails and chats. Halts and alarms of the ledger always come at once."),
    )
    daily_at = forms.TimeField(
        label=_("Daily summary at"), widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M")
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
        help_text=_("What is not urgent waits for the end of the quiet hours."),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs=_CLOCK, format="%H:%M"),
    )

    def __init__(self, data: Any, *, person: User, choices: NoticeChoices) -> None:
        names = ("language", "time_zone", "summary", "daily_at", "quiet_from", "quiet_until")
        super().__init__(data, initial={name: getattr(choices, name) for name in names})
        self._stays = {kind.name: stays_on(kind, person) for kind in choosable()}
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (code, one.name) for code, one in languages().items()
        ]
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones()]  # type: ignore[attr-defined]
        for kind in choosable():
            stays = bool(self._stays[kind.name])
            ticked = channels_of(kind, choices.channels, stays=stays)
            for channel in Channel:
                self.fields[_box(kind, channel)] = forms.BooleanField(
                    required=False,
                    initial=channel in ticked,
                    disabled=channel in self._stays[kind.name],
                )

    def groups(self, language: Language) -> Iterator[tuple[str, list[Row]]]:
        """The table, group by group, in the reader's language."""
        for group, name in language.groups.items():
            yield name, [self._row(kind, language) for kind in choosable() if kind.group == group]

    def own_fields(self) -> list[BoundField]:
        """Those that are not boxes of the table."""
        return [self[name] for name in self.fields if "-" not in name]

    def wanted(self) -> Wanted:
        """What was chosen; the form must be valid."""
        data = self.cleaned_data
        return Wanted(
            language=data["language"],
            time_zone=data["time_zone"],
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
            summary=data["summary"],
            daily_at=data["daily_at"],
            channels={
                kind.name: frozenset(one.value for one in Channel if data[_box(kind, one)])
                for kind in choosable()
            },
        )

    def show_faults(self, faults: Sequence[FieldError]) -> None:
        for fault in faults:
            name = fault.pointer.lstrip("/")
            self.add_error(name if name in self.fields else None, fault.detail)

    def _row(self, kind: Kind, language: Language) -> Row:
        boxes = tuple(self[_box(kind, channel)] for channel in Channel)
        label = language.kinds[kind.name].label
        for box, channel in zip(boxes, Channel, strict=True):
            box.field.widget.attrs["aria-label"] = f"{label}: {CHANNEL_NAMES[channel]}"
        return Row(label, boxes)


CHANNEL_NAMES = {
    Channel.PRODUCT: _("In Countersign"),
    Channel.MAIL: _("E-mail"),
    Channel.CHAT: _("Chat"),
}


def _box(kind: Kind, channel: Channel) -> str:
    return f"{kind.name}-{channel.value}"
