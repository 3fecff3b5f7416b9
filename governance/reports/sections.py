"""The registry of report sections: which app says what in which report, and in what order.

An app puts its sections into `report_sections.py`; `discover` imports them at start-up, the way
the admin finds `admin.py`, so that reports cover every app and `governance` imports none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

from governance.reports.document import Section
from governance.reports.kinds import KINDS
from governance.reports.period import Period

__all__ = ["Period", "RegisteredSection", "SectionMaker", "discover", "section", "sections_for"]

SectionMaker = Callable[[Period], Section]


@dataclass(frozen=True, slots=True)
class RegisteredSection:
    """A section's place and its maker."""

    report: str
    order: int
    id: str
    title: str
    law: tuple[str, ...]
    make: SectionMaker


_registered: dict[tuple[str, str], RegisteredSection] = {}


def section(
    *, report: str, order: int, id: str, title: str, law: tuple[str, ...] = ()
) -> Callable[[SectionMaker], SectionMaker]:
    """Registers a maker of one section of the report kind `report`.

    Raises ValueError for an unknown report kind, and for an id or an order that is taken there:
    two sections that claim one place would otherwise stand in the order of imports.
    """

    def register(make: SectionMaker) -> SectionMaker:
        if report not in KINDS:
            raise ValueError(f"there is no report kind {report}")
        for other in sections_for(report):
            if id == other.id or order == other.order:
                raise ValueError(f"{report}: {id} takes the place of {other.id}")
        _registered[report, id] = RegisteredSection(report, order, id, title, law, make)
        return make

    return register


def sections_for(report: str) -> tuple[RegisteredSection, ...]:
    """The sections of a report kind, in order."""
    of_kind = (one for one in _registered.values() if one.report == report)
    return tuple(sorted(of_kind, key=lambda one: one.order))


def discover() -> None:
    """Imports the `report_sections` of each installed app; a fault in one stops the start."""
    autodiscover_modules("report_sections")
