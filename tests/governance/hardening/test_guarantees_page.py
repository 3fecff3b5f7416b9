"""The page on the ledger's guarantees says what the tests do."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.governance.hardening import test_forbidden_acts
from tests.governance.verifying import attacks

PAGE = settings.BASE_DIR / "docs" / "ledger-guarantees.md"


@pytest.mark.parametrize("table", [test_forbidden_acts.as_markdown(), attacks.as_markdown()])
def test_each_table_of_the_page_is_that_of_the_tests(table):
    assert f"\n\n{table}\n\n" in PAGE.read_text()
