"""What the apps above tell a report beside its sections: the system, the records, the gaps.

`governance` imports no other app, so each registers its sources in its `report_sections`, which
`governance.reports.sections.discover` imports at start-up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from governance.reports.document import LegalStatus, ManifestEntry
from governance.reports.period import Period


@dataclass(frozen=True, slots=True)
class GovernedSystem:
    """One AI system on which reports can be made."""

    id: UUID
    slug: str
    name: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class SystemFrame:
    """What a report's cover says of its system, as it was known at the cut-off."""

    organisation: str
    role: str
    name: str
    versions: tuple[str, ...]
    legal_status: tuple[LegalStatus, ...]


SystemList = Callable[[], list[GovernedSystem]]
FrameSource = Callable[[str, Period], SystemFrame]
ManifestSource = Callable[[Period], Sequence[ManifestEntry]]
GapSource = Callable[[str, Period], Sequence[str]]

_systems: list[SystemList] = []
_frames: list[FrameSource] = []
_manifests: list[ManifestSource] = []
_gaps: list[GapSource] = []


def systems_source(source: SystemList) -> SystemList:
    """Registers what lists the AI systems."""
    _systems.append(source)
    return source


def frame_source(source: FrameSource) -> FrameSource:
    """Registers what describes one AI system for the frame of a report kind."""
    _frames.append(source)
    return source


def manifest_source(source: ManifestSource) -> ManifestSource:
    """Registers what names the records behind the figures."""
    _manifests.append(source)
    return source


def gap_source(source: GapSource) -> GapSource:
    """Registers what says which things a report of that kind does not show."""
    _gaps.append(source)
    return source


def governed_systems() -> list[GovernedSystem]:
    """Every AI system, by name."""
    found = [system for source in _systems for system in source()]
    return sorted(found, key=lambda system: (system.name, system.slug))


def system_frame(kind: str, period: Period) -> SystemFrame:
    """The system's part of the frame. Raises LookupError where no app describes systems."""
    if not _frames:
        raise LookupError("no app describes AI systems for reports")
    return _frames[-1](kind, period)


def manifest(period: Period) -> tuple[ManifestEntry, ...]:
    return tuple(entry for source in _manifests for entry in source(period))


def known_gaps(kind: str, period: Period) -> tuple[str, ...]:
    return tuple(gap for source in _gaps for gap in source(kind, period))
