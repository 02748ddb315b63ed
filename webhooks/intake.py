"""What the ASGI endpoint and the plain view share: who may knock, what is kept, how it is stored.

413  more than MOST_BYTES        401  no good signature; counted, not stored
404  no such account             503  the database is away: the provider tries again
405  not a POST                  429  too much was refused lately (webhooks/knocks.py)
                                 204  it is on disk, or was already
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from accounts.public_id import PublicIdField
from upstream.models import UpstreamAccount
from webhooks.models import Delivery, DeliveryState, RefusalCount

MOST_BYTES = 10 * 1024 * 1024  # v1 sends whole transcripts, a calendar's first sync is long too
LONGEST_QUERY = 500
ADDRESSES = "/webhooks/"
ACCOUNT_ADDRESS = re.compile(rf"{ADDRESSES}(up_[A-Za-z0-9]{{16}})/")

# No signature and no shared secret is kept.
KEPT_HEADERS = (
    "content-type",
    "svix-id",
    "svix-timestamp",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
)

# `unnest` takes one array per column, so that one statement stores one delivery or five hundred;
# %b sends them binary, which spares escaping every body.
# The rows come sorted by key: two writers that meet the same messages wait in the same order.
INSERT = f"""
    INSERT INTO {Delivery._meta.db_table}
        (public_id, account_id, message_id, received_at, headers, body,
         event, state, effect, error, attempts, next_try_at)
    SELECT public_id, account_id, message_id, received_at, headers, body,
           '', '{DeliveryState.PENDING}', '', '', 0, received_at
    FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::timestamptz[], %b::jsonb[], %b::bytea[])
        AS new (public_id, account_id, message_id, received_at, headers, body)
    ON CONFLICT (account_id, message_id) DO NOTHING
"""  # noqa: S608 (only constants are put in)

# An account deleted in the meantime is passed over, so that the others are still counted.
COUNT_REFUSALS = f"""
    INSERT INTO {RefusalCount._meta.db_table} AS known (account_id, count, last_at)
    SELECT account.id, refused.count, now()
    FROM (VALUES (%s::bigint, %s::int)) AS refused (account_id, count)
    JOIN {UpstreamAccount._meta.db_table} AS account ON account.id = refused.account_id
    ON CONFLICT (account_id) DO UPDATE
    SET count = known.count + excluded.count, last_at = excluded.last_at
"""  # noqa: S608 (only constants are put in)


class Letter(NamedTuple):
    """A verified message on its way to the inbox; its order is that of the key."""

    account_id: int
    message_id: str
    headers: str
    body: bytes
    received_at: datetime


def letter(account_id: int, message_id: str, headers: Mapping[str, str], body: bytes) -> Letter:
    """Return a message that has just come, with the headers that may be kept."""
    return Letter(account_id, message_id, kept(headers), body, datetime.now(UTC))


def kept(headers: Mapping[str, str]) -> str:
    """Return the headers that support may see, as JSON; names are lower case."""
    return json.dumps({name: headers[name] for name in KEPT_HEADERS if name in headers})


def token_in(query: str) -> str:
    """The `token` of the address that was called; empty for nearly all."""
    return parse_qs(query[:LONGEST_QUERY]).get("token", [""])[0] if query else ""


def insert_parameters(letters: Iterable[Letter]) -> tuple[list[Any], ...]:
    """Return the arrays for INSERT, one per column."""
    ordered = sorted(letters)
    public_id: PublicIdField = Delivery._meta.get_field("public_id")
    return (
        public_id.get_defaults(len(ordered)),
        [letter.account_id for letter in ordered],
        [letter.message_id for letter in ordered],
        [letter.received_at for letter in ordered],
        [letter.headers for letter in ordered],
        [letter.body for letter in ordered],
    )
