import pytest
from django.db import transaction

from governance.reports.blocks import Figure, Finding, Table
from governance.reports.kinds import KINDS
from governance.reports.sections import sections_for
from tests.reviews.report_sections.world import build_world, twelve_decisions


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def busy(world):
    twelve_decisions(world)
    return world


class Made:
    """All sections of a report kind, for looking things up by their names."""

    def __init__(self, kind, period):
        self.sections = {one.id: one.make(period) for one in sections_for(kind)}

    def blocks(self, kind):
        return [
            block
            for section in self.sections.values()
            for block in section.blocks
            if isinstance(block, kind)
        ]

    def figure(self, label):
        return next(one for one in self.blocks(Figure) if one.label == label)

    def counts(self, label):
        """(numerator, denominator) of a share."""
        found = self.figure(label)
        return found.numerator, found.denominator

    def table(self, caption):
        return next(one for one in self.blocks(Table) if one.caption == caption).rows

    def result(self, check):
        return str(next(one for one in self.blocks(Finding) if one.check == check).result)


@pytest.fixture(scope="session")
def week(django_db_setup, django_db_blocker):
    """Both reports of the week, made once: they are values, and the rows are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        twelve_decisions(world)
        made = {kind: Made(kind, world.period) for kind in KINDS}
        transaction.set_rollback(True)
    return made


@pytest.fixture
def oversight(week):
    return week["human_oversight"]


@pytest.fixture
def automated(week):
    return week["automated_decisions"]
