"""A half-open period of two columns, as PostgreSQL's own range."""

from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary
from django.db.models import F, Func


class TsTzRange(Func):
    """`tstzrange(begins, ends, '[)')`."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self, begins: str, ends: str) -> None:
        super().__init__(F(begins), F(ends), RangeBoundary())
