"""The PDF: standards declared and built for, evidence inside, text that stays text."""

import io
import re
from functools import cache

import pikepdf
import pytest
from pypdf import PdfReader

from governance.reports.render_json import render_json
from governance.reports.render_pdf import render_pdf
from tests.governance.reports import samples

KINDS = [samples.human_oversight, samples.automated_decisions, samples.empty, samples.hostile]


@cache
def rendered(make):
    return render_pdf(make())


def opened(make):
    return pikepdf.open(io.BytesIO(rendered(make)))


def text(make):
    pages = PdfReader(io.BytesIO(rendered(make))).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{ZERO WIDTH SPACE}", "")


def structure(pdf):
    """Every structure element of the tag tree, in reading order."""

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            yield from walk(node.get("/K", pikepdf.Array()))

    yield from walk(pdf.Root.StructTreeRoot.K)


@pytest.mark.parametrize("make", KINDS)
def test_two_runs_give_the_same_bytes(make):
    assert render_pdf(make()) == rendered(make)


@pytest.mark.parametrize("make", KINDS)
def test_the_file_declares_both_standards_and_is_tagged(make):
    pdf = opened(make)
    xmp = pdf.Root.Metadata.read_bytes().decode()
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>A<", xmp, re.DOTALL)
    assert re.search(r"pdfuaid:part>1<", xmp)
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == make().title
    assert pdf.Root.OutputIntents
    assert all(page.Tabs == "/S" for page in pdf.pages)


@pytest.mark.parametrize("make", KINDS)
def test_the_json_inside_is_the_evidence_to_the_byte(make):
    pdf = opened(make)
    assert pdf.attachments["report.json"].get_file().read_bytes() == render_json(make())
    (associated,) = pdf.Root.AF
    assert associated.AFRelationship == "/Data"


def test_every_font_is_embedded_and_shipped():
    pdf = opened(samples.hostile)
    names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert names
    assert all("IBMPlex" in name for name in names)


def test_charts_have_alternative_text_and_tables_have_headers():
    pdf = opened(samples.human_oversight)
    tags = list(structure(pdf))
    figures = [tag for tag in tags if tag.S == "/Figure"]
    alts = {str(figure.Alt) for figure in figures}
    assert {samples.BARS.alt, samples.LINES.alt, samples.HISTOGRAM.alt} == alts
    kinds = [str(tag.S) for tag in tags]
    assert {"/Table", "/THead", "/TH", "/TBody", "/TD", "/H1", "/TOC", "/L"} <= set(kinds)


def test_each_page_is_numbered_out_of_all_and_names_the_cut_off():
    pages = PdfReader(io.BytesIO(rendered(samples.human_oversight))).pages
    for number, page in enumerate(pages, start=1):
        words = page.extract_text().replace("\N{NO-BREAK SPACE}", " ")
        assert f"Page {number} of {len(pages)}" in words
        assert "records known at 2026-11-03 06:00 UTC" in words


def test_a_long_table_repeats_its_header_on_each_page():
    pages = PdfReader(io.BytesIO(render_pdf(samples.long(4800)))).pages
    assert len(pages) >= 100
    body = [page.extract_text() for page in pages if "The income was read" in page.extract_text()]
    assert len(body) >= 90
    assert all("Active time" in words for words in body)


def test_what_is_empty_says_why():
    words = " ".join(text(samples.empty).split())
    assert words.count("No decision was taken in during the period.") == 5
    for reason in ("No record fell under the scope", "It is a draft", "No check was run"):
        assert reason in words


def test_figures_and_findings_are_printed_with_all_that_checks_them():
    words = " ".join(text(samples.human_oversight).split())
    for expected in ("9.1 %", "173 of 1 893", "Wilson score", "Not assessable", "Partly met"):
        assert expected in words
    assert "0a" * 32 in words


def test_hostile_text_is_printed_as_text():
    words = " ".join(text(samples.hostile).split())
    for expected in ('#panic("x")', "<script>alert(1)</script>", "[U+1F600]", "[U+202E]"):
        assert expected in words
    assert samples.GREEK_AND_CYRILLIC in words
    assert words.count("long") >= 2000
