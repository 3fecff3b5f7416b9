"""The page and the file: every block shown, nothing that runs, headings and tables that name."""

from html.parser import HTMLParser

import pytest
from django.test import RequestFactory

from governance.reports.render_html import render_html
from tests.governance.reports import samples

KINDS = [samples.human_oversight, samples.automated_decisions, samples.empty, samples.hostile]
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Tree(HTMLParser):
    """Collects start tags, and holds that every tag is closed in order."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parsed(html):
    tree = Tree()
    tree.feed(html)
    assert tree.open == []
    return tree


def file(make):
    return render_html(make(), standalone=True)


@pytest.mark.parametrize("make", KINDS)
def test_the_file_is_well_formed_and_needs_nothing_else(make):
    tags = parsed(file(make)).tags
    names = [tag for tag, _ in tags]
    assert "script" not in names
    assert names.count("style") == 1
    assert not any("src" in attributes or "onload" in attributes for _, attributes in tags)
    assert "link" not in names


@pytest.mark.parametrize("make", KINDS)
def test_ids_are_unique_and_every_reference_leads_somewhere(make):
    tags = parsed(file(make)).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


@pytest.mark.django_db
def test_no_inline_style_and_no_event_handler_is_on_the_page():
    request = RequestFactory().get("/")
    html = render_html(samples.human_oversight(), standalone=False, request=request)
    article = html[html.index('<article class="report"') : html.index("</article>")]
    for _, attributes in parsed(article + "</article>").tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert "governance/report.css" in html
    assert "<style" not in article


def test_tables_have_captions_and_scoped_headers():
    tags = parsed(file(samples.human_oversight)).tags
    names = [tag for tag, _ in tags]
    assert names.count("table") == names.count("caption") > 5
    scopes = {attributes.get("scope") for tag, attributes in tags if tag == "th"}
    assert scopes == {"col", "row"}


def test_each_kind_of_block_is_shown():
    words = " ".join("".join(parsed(file(samples.human_oversight)).text).split())
    for expected in (
        "Registered, in service.",
        "Credit scoring of consumers",
        "9.1 %",
        "No row falls under the query",
        "loan-approval",
        samples.BARS.alt,
        "Not met",
        "This section is empty. No request came.",
        "and 4 more in the JSON",
    ):
        assert expected in words
    assert samples.FLOW.alt in file(samples.automated_decisions)


def test_hostile_text_is_shown_as_text():
    tree = parsed(file(samples.hostile))
    assert "script" not in [tag for tag, _ in tree.tags]
    words = "".join(tree.text)
    assert samples.MARKUP in words
    assert samples.EMOJI in words
    assert "[U+202E]" in words
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in words
