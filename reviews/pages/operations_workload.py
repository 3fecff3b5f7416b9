"""M13: how much work lies on how many people, by role, and over the hours of a shift."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from governance.reports.blocks import Column, Paragraph, Table, Unit
from governance.reports.chart_blocks import MOST_BARS, BarChart, Mark, Series
from governance.reports.document import Section
from governance.reports.statistics import rounded
from reviews.metrics.workload import utilisation
from reviews.selectors.shifts import LAST_HOUR, MOST, ShiftHour
from reviews.selectors.workload import WINDOW, RoleWork

_HOURS = Decimal(int(WINDOW.total_seconds())) / 3600


def roles_section(roles: Sequence[RoleWork]) -> Section:
    """Utilisation and ballots per hour of each role, over the last two weeks."""
    if not roles:
        nothing = _("Nobody gave a verdict in the last two weeks, so nobody's time is known.")
        return Section(empty_because=nothing)
    meant = Paragraph(
        _(
            "Utilisation is arrival rate times mean time of service, over the people who ruled "
            "with a right of the role, in the last two weeks. Near 1, work comes as fast as people "
            "can do it; nights count as working time, so the true pressure is higher. What came to "
            "a queue is divided among roles as its ballots were. The law sets no limit."
        )
    )
    drawn = sorted(roles, key=lambda one: -_use(one))[:MOST_BARS]
    chart = BarChart(
        _("Utilisation by role"),
        _("Utilisation of each role; at 1 work comes as fast as it can be done."),
        _("Role"),
        tuple(one.role for one in drawn),
        (Series(_("Utilisation"), tuple(_use(one) for one in drawn)),),
        Unit.INDEX,
        mark=Mark(_("As fast as can be done"), 1),
    )
    return Section(blocks=(meant, chart, _roles_table(roles)))


def _use(role: RoleWork) -> Decimal:
    """M13, of a role with a ballot at least."""
    return utilisation(
        arrivals=round(role.asked),
        hours=_HOURS,
        mean_service_hours=Decimal(role.mean_seconds) / 3600,
        people=len(role.people),
    )


def _roles_table(roles: Sequence[RoleWork]) -> Table:
    columns = (
        Column(_("Role")),
        Column(_("Ballots asked for"), numeric=True),
        Column(_("Ballots given"), numeric=True),
        Column(_("Given per hour"), numeric=True),
        Column(_("People"), numeric=True),
        Column(_("Mean time"), numeric=True, unit=Unit.MINUTES),
        Column(_("Utilisation"), numeric=True, unit=Unit.INDEX),
    )
    rows = tuple(
        (
            one.role,
            round(one.asked),
            one.given,
            rounded(one.given / _HOURS).quantize(Decimal("0.01")),
            len(one.people),
            rounded(one.mean_seconds / 60),
            _use(one),
        )
        for one in roles
    )
    return Table(_("The last two weeks, by role"), columns, rows)


def shifts_section(hours: Sequence[ShiftHour]) -> Section:
    """Whether people catch fewer wrong outputs as their shift wears on."""
    if not hours:
        return Section(empty_because=_("Nobody gave a verdict in the last two weeks."))
    meant = Paragraph(
        _(
            "A shift begins with a claim after six hours without a ballot. Caught are wrong "
            "outputs, of which the true outcome became known, that the ballot overrode. Few of "
            "them say little; a rate is shown from ten on. The newest %(most)s ballots are looked "
            "at."
        )
        % {"most": MOST}
    )
    columns = (
        Column(_("Hour of the shift")),
        Column(_("Ballots"), numeric=True),
        Column(_("Mean time"), numeric=True, unit=Unit.MINUTES),
        Column(_("Wrong outputs"), numeric=True),
        Column(_("Caught"), numeric=True),
        Column(_("Catch rate"), numeric=True, unit=Unit.SHARE),
    )
    rows = tuple(
        (
            _hour(one.hour),
            one.given,
            rounded(one.mean_seconds / 60),
            one.wrong,
            one.caught,
            rounded(one.caught / one.wrong) if one.wrong >= _ENOUGH else None,
        )
        for one in hours
    )
    chart = BarChart(
        _("Ballots over a shift"),
        _("How many ballots were given in each hour of people's shifts."),
        _("Hour of the shift"),
        tuple(_hour(one.hour) for one in hours),
        (
            Series(_("Ballots"), tuple(one.given for one in hours)),
            Series(_("Wrong outputs"), tuple(one.wrong for one in hours)),
            Series(_("Caught"), tuple(one.caught for one in hours)),
        ),
        Unit.COUNT,
    )
    return Section(blocks=(meant, chart, Table(_("Hour by hour"), columns, rows)))


# Of fewer wrong outputs a share would say nothing, and could tell of one person.
_ENOUGH = 10


def _hour(hour: int) -> str:
    return _("%(hour)s and later") % {"hour": hour} if hour == LAST_HOUR else str(hour)
