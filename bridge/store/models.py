"""The tables as peewee models, for the questions of the page and the command line.

The schema itself is made by ``migrations``; a test holds the two together. The models know no database: every
query names the connection it runs on.
"""

from __future__ import annotations

import peewee

__all__ = ["TABLES", "EntryRow", "PastRow", "SeenRow"]


class _Filed(peewee.Model):
    """What an entry and its remainder have in common."""

    id = peewee.AutoField()
    key = peewee.TextField(unique=True)
    shop = peewee.TextField()
    shop_ref = peewee.TextField()
    number = peewee.TextField()
    purpose = peewee.TextField()
    detail = peewee.TextField()
    state = peewee.TextField()
    attempts = peewee.IntegerField(default=0)
    claim = peewee.IntegerField(default=0)
    digest = peewee.TextField()
    gross = peewee.TextField(null=True)
    currency = peewee.TextField()
    document = peewee.TextField(default="")
    created_at = peewee.BigIntegerField()


class EntryRow(_Filed):
    """An entry of the outbox."""

    head = peewee.BooleanField()
    claimed_at = peewee.BigIntegerField(null=True)
    doubt_since = peewee.BigIntegerField(null=True)
    doubt_asks = peewee.IntegerField(null=True)
    due_at = peewee.BigIntegerField()
    fault_kind = peewee.TextField(null=True)
    fault = peewee.TextField(null=True)
    updated_at = peewee.BigIntegerField()
    finished_at = peewee.BigIntegerField(null=True)

    class Meta:  # noqa: D106 - peewee's own way to name the table
        table_name = "entry"


class PastRow(_Filed):
    """What is left of one after the retention."""

    finished_at = peewee.BigIntegerField()

    class Meta:  # noqa: D106 - peewee's own way to name the table
        table_name = "past"


class SeenRow(peewee.Model):
    """An order of the shop as last seen."""

    id = peewee.AutoField()
    shop = peewee.TextField()
    shop_ref = peewee.TextField()
    number = peewee.TextField()
    status = peewee.TextField()
    digest = peewee.TextField()
    reason = peewee.TextField(null=True)
    code = peewee.TextField()
    skus = peewee.TextField()
    gross = peewee.TextField(null=True)
    currency = peewee.TextField()
    first_seen_at = peewee.BigIntegerField()
    seen_at = peewee.BigIntegerField()
    modified_at = peewee.BigIntegerField(null=True)

    class Meta:  # noqa: D106 - peewee's own way to name the table
        table_name = "seen"


TABLES = (EntryRow, PastRow, SeenRow)
