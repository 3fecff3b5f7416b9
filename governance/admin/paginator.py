"""Pages of tables that are too large to count."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than `MOST_COUNTED`. What lies beyond is found by filter or search.

    A count of everything would read the whole table on each view of its list.
    """

    @cached_property
    def _counted(self) -> int:
        rows: int = self.object_list.order_by()[: MOST_COUNTED + 1].count()  # type: ignore[union-attr]
        return rows

    @property
    def count(self) -> int:  # type: ignore[override]
        return min(self._counted, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are more rows than were counted; the list says so."""
        return self._counted > MOST_COUNTED
