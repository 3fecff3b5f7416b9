"""The registry of sections, and the documents it gives."""

import pytest

from governance.reports import sections
from governance.reports.blocks import Paragraph
from governance.reports.build import build_document
from governance.reports.document import Section
from governance.reports.kinds import KINDS
from tests.governance.reports.samples import FRAME, PERIOD


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch):
    monkeypatch.setattr(sections, "_registered", {})


def register(id, order, report="human_oversight", make=None):
    maker = make or (lambda period: Section(blocks=(Paragraph(f"{id} {period.system_slug}"),)))
    place = sections.section(report=report, order=order, id=id, title=id.title(), law=("Art. 14",))
    return place(maker)


def test_sections_stand_in_their_order_and_in_their_report():
    register("people", 20)
    register("system_card", 10)
    register("inventory", 10, report="automated_decisions")
    assert [s.id for s in sections.sections_for("human_oversight")] == ["system_card", "people"]
    assert [s.id for s in sections.sections_for("automated_decisions")] == ["inventory"]


@pytest.mark.parametrize(("id", "order"), [("people", 30), ("other", 20)])
def test_a_place_that_is_taken_is_refused(id, order):
    register("people", 20)
    with pytest.raises(ValueError, match="takes the place of people"):
        register(id, order)
    assert len(sections.sections_for("human_oversight")) == 1


def test_an_unknown_report_is_refused():
    with pytest.raises(ValueError, match="no report kind"):
        register("people", 20, report="weather")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_document_holds_the_registered_sections_numbered_and_placed(kind):
    register("people", 20, report=kind)
    register("card", 10, report=kind)
    document = build_document(kind, PERIOD, FRAME)
    assert [(s.number, s.id, s.title) for s in document.sections] == [
        (1, "card", "Card"),
        (2, "people", "People"),
    ]
    assert document.sections[0].law == ("Art. 14",)
    assert document.sections[0].blocks == (Paragraph("card loan-approval"),)
    assert (document.kind, document.title) == (kind, KINDS[kind].title)
    assert (document.coverage.span, document.coverage.cut_off) == (PERIOD.span, PERIOD.cut_off)
    assert document.frame is FRAME


def test_a_fault_in_one_section_stops_the_report():
    def fail(period):
        raise LookupError("no such row")

    register("people", 20)
    register("card", 10, make=fail)
    with pytest.raises(LookupError):
        build_document("human_oversight", PERIOD, FRAME)


def test_a_report_without_sections_is_refused():
    with pytest.raises(ValueError, match="without sections"):
        build_document("human_oversight", PERIOD, FRAME)


def test_discovery_imports_the_sections_of_every_app(settings, tmp_path, monkeypatch):
    app = tmp_path / "sample_app"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "report_sections.py").write_text(
        "from governance.reports.document import Section\n"
        "from governance.reports.sections import section\n"
        "@section(report='human_oversight', order=1, id='sample', title='Sample')\n"
        "def sample(period):\n"
        "    return Section(empty_because='There is nothing yet.')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.INSTALLED_APPS = ["sample_app"]
    sections.discover()
    assert "sample" in [one.id for one in sections.sections_for("human_oversight")]


def test_no_kind_of_report_claims_compliance():
    for kind in KINDS.values():
        words = " ".join([kind.title, kind.intro, *(d.meaning for d in kind.definitions)])
        assert "complian" not in words
        assert "certif" not in words
