"""Reads the law from the YAML files beside this module, once, and refuses what is not sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from .law import Amendment, ApplicationDate, Instrument, Law, Obligation
from .records import DataInvalid, Record, content_hash, read_yaml
from .vocabulary import Confidence, Force, Reading, Role, Scope, SystemClass, Trait

# Article 111(2) decides when high-risk duties reach systems placed on the market before them.
LEGACY_RULE = "eu-ai-act:111.2"


@dataclass(frozen=True, slots=True)
class DateSet:
    """Dates and their explanation, shared by the obligations that one rule puts into force."""

    note: str
    draft: bool
    dates: tuple[ApplicationDate, ...]


@cache
def law() -> Law:
    """The law as this release knows it. Raises DataInvalid if a file of the package is unsound."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in (files(__package__) / "data").iterdir()
        if entry.name.endswith(".yaml")
    }
    return read_law(texts)


def law_version() -> str:
    """Status date and content hash, such as `2026-11-22+0f3a9c1b2d4e`: 12 hex of SHA-256.

    The hash covers the parsed content, so comments and layout do not change it.
    """
    return law().version


def read_law(texts: Mapping[str, str]) -> Law:
    """Build the law from YAML documents by file name, one instrument each.

    Raises DataInvalid, naming file and place, for: a missing, unknown or repeated key, a word
    outside its vocabulary, a repeated id, an id outside its instrument, an unused or unknown set
    of dates, dates that contradict each other, or differing status dates.
    """
    instruments: dict[str, Instrument] = {}
    obligations: dict[str, Obligation] = {}
    contents: list[Record] = []
    for name in sorted(texts):
        document = read_yaml(texts[name], name)
        instrument = _instrument(document.record("instrument"))
        if instrument.key in instruments:
            raise DataInvalid(f"{name}: instrument {instrument.key!r} is given twice")
        instruments[instrument.key] = instrument
        for obligation in _obligations(document, instrument):
            if obligation.id in obligations:
                raise DataInvalid(f"{name}: obligation {obligation.id!r} is given twice")
            obligations[obligation.id] = obligation
        document.done()
        contents.append(document)
    status_dates = {instrument.status_date for instrument in instruments.values()}
    if len(status_dates) != 1:
        raise DataInvalid(f"the files show {len(status_dates)} status dates, expected one")
    status_date = status_dates.pop()
    return Law(
        MappingProxyType(instruments),
        MappingProxyType(obligations),
        status_date,
        f"{status_date.isoformat()}+{content_hash(*contents)}",
    )


def _instrument(record: Record) -> Instrument:
    amendments = []
    for entry in record.records("amended_by"):
        amendments.append(
            Amendment(entry.text("act"), entry.text("published"), entry.day("in_force"))
        )
        entry.done()
    instrument = Instrument(
        record.text("key"),
        record.text("name"),
        record.word("force", Force),
        record.day("status_date"),
        tuple(amendments),
    )
    record.done()
    return instrument


def _obligations(document: Record, instrument: Instrument) -> list[Obligation]:
    named = document.record("date_sets")
    acts = {amendment.act for amendment in instrument.amended_by}
    date_sets = {key: _date_set(named.record(key), acts) for key in named.names()}
    used = set()
    obligations = []
    for record in document.records("obligations"):
        key = record.text("date_set")
        if key not in date_sets:
            raise DataInvalid(f"{record.place}: no set of dates is called {key!r}")
        used.add(key)
        obligations.append(_obligation(record, instrument, date_sets[key]))
    if unused := set(date_sets) - used:
        raise DataInvalid(f"{document.place}: no obligation uses the dates {sorted(unused)}")
    return obligations


def _date_set(record: Record, acts: set[str]) -> DateSet:
    dates = tuple(_application_date(entry, acts) for entry in record.records("dates"))
    seen = [(entry.scope, entry.reading) for entry in dates]
    if len(set(seen)) != len(seen):
        raise DataInvalid(f"{record.place}: a scope has two dates in one reading")
    for entry in dates:
        readings = {other.reading for other in dates if other.scope == entry.scope}
        if readings not in ({None}, {Reading.LITERAL, Reading.PRACTICAL}):
            raise DataInvalid(f"{record.place}: scope {entry.scope!r} needs both readings or none")
    date_set = DateSet(record.text("note"), record.flag("draft"), dates)
    if date_set.draft and dates:
        raise DataInvalid(f"{record.place}: a draft has no application date")
    record.done()
    return date_set


def _application_date(record: Record, acts: set[str]) -> ApplicationDate:
    entry = ApplicationDate(
        scope=record.word("scope", Scope),
        original=record.optional_day("original"),
        current=record.day("current"),
        amended_by=record.optional_text("amended_by"),
        confidence=record.word("confidence", Confidence),
        reading=record.word("reading", Reading) if "reading" in record else None,
    )
    record.done()
    if entry.amended_by is not None and entry.amended_by not in acts:
        raise DataInvalid(f"{record.place}: {entry.amended_by!r} does not amend this instrument")
    if entry.amended_by is None and entry.original not in (None, entry.current):
        raise DataInvalid(f"{record.place}: the date moved, but no act is named")
    if (entry.reading is None) == (entry.confidence is Confidence.DISPUTED):
        raise DataInvalid(f"{record.place}: a disputed date, and only that, names its reading")
    return entry


def _obligation(record: Record, instrument: Instrument, date_set: DateSet) -> Obligation:
    own_note = record.optional_text("note")
    obligation = Obligation(
        id=record.text("id"),
        instrument=instrument,
        title=record.text("title"),
        summary=record.text("summary"),
        binds=record.words("binds", Role),
        applies_to=record.words("applies_to", SystemClass),
        needs=record.words("needs", Trait),
        dates=date_set.dates,
        note=f"{date_set.note} {own_note}" if own_note else date_set.note,
        evidence=record.texts("evidence"),
        source=record.text("source"),
        checked=record.word("checked", Confidence),
        draft=date_set.draft,
    )
    record.done()
    if not obligation.id.startswith(f"{instrument.key}:"):
        raise DataInvalid(f"{record.place}: {obligation.id!r} is not of {instrument.key!r}")
    if not (obligation.binds and obligation.applies_to and obligation.evidence):
        raise DataInvalid(f"{record.place}: binds, applies_to and evidence must not be empty")
    return obligation
