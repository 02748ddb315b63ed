"""The SQL of a merge. `incoming_event` is what was told, `calendars_event` what is known.

    incoming ─► series ─► choices follow a new identity ─► events and what happened ─► splits

A message that leaves a field out brings NULL for it, and what was known stays. What happened is
told from the difference of a row before and after, in the statement that rewrites it: in one
statement of PostgreSQL every part sees the tables as they were before it. How choices follow a
new identity is in rekey_statements.py.
"""

from calendars.rekey_statements import UNDOS_COVER_BOTH

INCOMING = {
    "upstream_id": "text",
    "series_upstream_id": "text",
    "is_recurring": "boolean",
    "public_id": "text",
    "identity": "text",
    "original_start": "timestamptz",
    "title": "text",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
    "time_zone": "text",
    "is_all_day": "boolean",
    "is_exception": "boolean",
    "status": "text",
    "meeting_url": "text",
    "platform": "text",
    "link_source": "text",
    "link_flags": "jsonb",
    "has_texts": "boolean",
    "is_private": "boolean",
    "organizer": "jsonb",
    "attendees": "jsonb",
    "is_bot_scheduled": "boolean",
    "has_details": "boolean",
}

# What a merge may rewrite; a row where none of these differs is left alone.
TOLD = (
    "series_id", "identity", "original_start", "title", "starts_at", "ends_at", "time_zone",
    "is_all_day", "is_exception", "status", "meeting_url", "platform", "link_source", "link_flags",
    "is_private", "organizer", "attendees", "is_bot_scheduled", "gone_at",
)  # fmt: skip


def _each(pattern: str) -> str:
    return ", ".join(pattern.format(name) for name in TOLD)


CREATE_INCOMING = f"""
DROP TABLE IF EXISTS incoming_event;
CREATE TEMP TABLE incoming_event (
    {", ".join(f"{name} {kind}" for name, kind in INCOMING.items())}
) ON COMMIT DROP
"""
# The planner knows nothing of the new table, and of ours perhaps only how it was when empty; it
# would then read the one anew for each row of the other, minutes for 10,000 meetings.
JOIN_BY_HASH = "SET LOCAL enable_nestloop = off"
LET_THE_PLANNER_CHOOSE = "SET LOCAL enable_nestloop = DEFAULT"
COPY_INCOMING = f"COPY incoming_event ({', '.join(INCOMING)}) FROM STDIN"

# A single meeting that became a recurring one, where the provider keeps its series.
MERGE_SERIES = """
WITH merged AS (
    INSERT INTO calendars_series (workspace_id, calendar_id, upstream_id, is_recurring,
                                  created_at, updated_at)
    SELECT %(workspace)s, %(calendar)s, series_upstream_id, bool_or(is_recurring), now(), now()
    FROM incoming_event WHERE series_upstream_id <> '' GROUP BY series_upstream_id
    ON CONFLICT (calendar_id, upstream_id) DO UPDATE
    SET is_recurring = excluded.is_recurring, updated_at = now()
    WHERE calendars_series.is_recurring IS DISTINCT FROM excluded.is_recurring
    RETURNING id, is_recurring
)
INSERT INTO calendars_eventchange (workspace_id, event_id, kind, before, after,
                                   created_at, updated_at)
SELECT event.workspace_id, event.id, 'recurring', '', '', now(), now()
FROM merged JOIN calendars_event AS event ON event.series_id = merged.id
WHERE merged.is_recurring AND event.gone_at IS NULL
"""

# `known` fills what the message left out. A link we found stays until the texts are told again.
# Rows are rewritten in the order in which `coverage` takes them, or the two might block each other.
# What is cancelled when we first hear of it is no news: it is gone since so long that no row tells.
_UPSERT = f"""
INSERT INTO calendars_event (
    workspace_id, calendar_id, upstream_id, public_id, {", ".join(TOLD)}, details_at,
    booking_error, will_record, needs_you, is_paused, decision_code, created_at, updated_at)
SELECT
    %(workspace)s, %(calendar)s, new.upstream_id, new.public_id,
    series.id, coalesce(new.identity, known.identity, 'series:' || new.series_upstream_id),
    coalesce(new.original_start, known.original_start, new.starts_at), new.title,
    new.starts_at, new.ends_at, coalesce(new.time_zone, known.time_zone, ''),
    coalesce(new.is_all_day, known.is_all_day, false), new.is_exception, new.status,
    CASE WHEN keeps.link THEN known.meeting_url ELSE new.meeting_url END,
    CASE WHEN keeps.link THEN known.platform ELSE new.platform END,
    CASE WHEN keeps.link THEN known.link_source ELSE new.link_source END,
    CASE WHEN keeps.flags THEN known.link_flags ELSE new.link_flags END,
    coalesce(new.is_private, known.is_private, false),
    coalesce(new.organizer, known.organizer, '{{}}'),
    coalesce(new.attendees, known.attendees, '[]'), new.is_bot_scheduled,
    CASE WHEN new.status = 'cancelled' THEN coalesce(known.gone_at,
        CASE WHEN known.id IS NULL THEN now() - interval '1 day' ELSE now() END) END,
    CASE WHEN new.has_details THEN now() ELSE known.details_at END,
    '', false, false, false, '', now(), now()
FROM incoming_event AS new
LEFT JOIN calendars_series AS series
    ON series.calendar_id = %(calendar)s AND series.upstream_id = new.series_upstream_id
LEFT JOIN calendars_event AS known
    ON known.calendar_id = %(calendar)s AND known.upstream_id = new.upstream_id
CROSS JOIN LATERAL (SELECT
    NOT new.has_texts AND new.link_source = ''
        AND coalesce(known.link_source, 'provider') <> 'provider' AS link,
    NOT new.has_texts AND (new.link_source, new.meeting_url)
        IS NOT DISTINCT FROM (known.link_source, known.meeting_url) AS same) AS told
CROSS JOIN LATERAL (SELECT told.link, told.link OR told.same AS flags) AS keeps
ORDER BY known.id
ON CONFLICT (calendar_id, upstream_id) DO UPDATE SET
    ({", ".join(TOLD)}) = ({_each("excluded.{}")}),
    details_at = coalesce(calendars_event.details_at, excluded.details_at), updated_at = now()
WHERE ({_each("calendars_event.{}")}, calendars_event.details_at IS NULL)
  IS DISTINCT FROM ({_each("excluded.{}")}, excluded.details_at IS NULL)
RETURNING id, (xmax = 0) AS is_new, {", ".join(TOLD)}
"""  # noqa: S608  only names from above are put in

DECLINED = """'[{"is_self": true, "response": "declined"}]'"""

# Ranked: what is written last is what the row shows. What only the details tell was news only if
# they had been read before.
MERGE_EVENTS = f"""
WITH merged AS ({_UPSERT}),
compared AS (
    SELECT new.*, old.workspace_id, old.title AS old_title, old.starts_at AS old_starts_at,
        old.meeting_url AS old_url, old.is_all_day AS was_all_day, old.is_private AS was_private,
        old.gone_at IS NOT NULL AS was_gone, old.details_at IS NOT NULL AS was_read,
        new.attendees @> {DECLINED} AS is_declined, old.attendees @> {DECLINED} AS was_declined
    FROM merged AS new JOIN calendars_event AS old ON old.id = new.id
    WHERE NOT new.is_new
),
reworded AS (
    UPDATE calendars_eventchange SET kind = 'declined', updated_at = now()
    WHERE kind = 'cancelled' AND created_at > now() - interval '1 hour' AND event_id IN (
        SELECT id FROM compared
        WHERE was_gone AND gone_at IS NOT NULL AND is_declined AND NOT was_declined)
    RETURNING event_id
),
told AS (
    INSERT INTO calendars_eventchange (workspace_id, event_id, kind, moved_from, moved_to,
                                       before, after, created_at, updated_at)
    SELECT workspace_id, id, kind,
        CASE WHEN kind IN ('moved', 'timed') THEN old_starts_at END,
        CASE WHEN kind IN ('moved', 'timed') THEN starts_at END, before, after, now(), now()
    FROM compared CROSS JOIN LATERAL (VALUES
        (1, 'renamed', gone_at IS NULL AND old_title <> title AND '' NOT IN (old_title, title),
            old_title, title),
        (2, 'public', gone_at IS NULL AND was_private AND NOT is_private, '', ''),
        (3, 'link_added', gone_at IS NULL AND was_read AND old_url = '' AND meeting_url <> '',
            '', meeting_url),
        (4, 'link_changed', gone_at IS NULL AND old_url <> meeting_url
            AND '' NOT IN (old_url, meeting_url), old_url, meeting_url),
        (5, 'link_removed', gone_at IS NULL AND old_url <> '' AND meeting_url = '', old_url, ''),
        (6, 'private', gone_at IS NULL AND was_read AND is_private AND NOT was_private, '', ''),
        (7, 'timed', gone_at IS NULL AND was_all_day AND NOT is_all_day, '', ''),
        (8, 'all_day', gone_at IS NULL AND was_read AND is_all_day AND NOT was_all_day, '', ''),
        (9, 'moved', gone_at IS NULL AND old_starts_at <> starts_at
            AND was_all_day = is_all_day, '', ''),
        (10, 'accepted', gone_at IS NULL AND was_declined AND NOT is_declined, '', ''),
        (11, 'restored', gone_at IS NULL AND was_gone AND NOT was_declined, '', ''),
        (12, 'declined', was_read AND is_declined AND NOT was_declined
            AND id NOT IN (SELECT event_id FROM reworded), '', ''),
        (13, 'cancelled', gone_at IS NOT NULL AND NOT was_gone
            AND (was_declined OR NOT is_declined), '', '')
    ) AS what (rank, kind, applies, before, after)
    WHERE applies
    ORDER BY id, rank
)
SELECT id, is_new FROM merged
"""  # noqa: S608  only names from above are put in

MARK_GONE = """
WITH gone AS (
    UPDATE calendars_event SET gone_at = %(at)s, updated_at = %(at)s
    WHERE id = ANY(%(ids)s) RETURNING id, workspace_id
)
INSERT INTO calendars_eventchange (workspace_id, event_id, kind, before, after,
                                   created_at, updated_at)
SELECT workspace_id, id, 'removed', '', '', now(), now() FROM gone
"""

# "This and following" was changed: the calendar ends the old series and begins another with the
# same identity. What went is told as replaced, what came as a change, in whichever order they come.
# What people chose for a meeting goes along to the one in its place, which now starts elsewhere.
TELL_SPLITS = f"""
WITH pair AS (
    SELECT DISTINCT ON (fresh.id) fresh.id, fresh.workspace_id, fresh.starts_at, old.id AS old_id,
        old.starts_at AS old_starts_at, old_series.is_recurring AS was_recurring,
        fresh.identity, fresh.original_start, old.original_start AS old_original_start
    FROM calendars_event AS old
    JOIN calendars_event AS fresh
        ON fresh.workspace_id = old.workspace_id AND fresh.identity = old.identity
        AND fresh.calendar_id = old.calendar_id AND fresh.series_id <> old.series_id
    JOIN calendars_series AS old_series ON old_series.id = old.series_id
    WHERE old.calendar_id = %(calendar)s AND fresh.gone_at IS NULL
      AND old.gone_at > now() - interval '1 hour' AND old.gone_at > old.created_at
      AND fresh.created_at > now() - interval '1 hour'
      AND (old.id = ANY(%(touched)s) OR fresh.id = ANY(%(touched)s))
      AND NOT EXISTS (SELECT 1 FROM calendars_eventchange AS said
                      WHERE said.event_id = fresh.id AND said.kind IN ('split', 'recurring'))
    ORDER BY fresh.id, abs(extract(epoch FROM fresh.original_start - old.original_start))
),
reworded AS (
    UPDATE calendars_eventchange SET kind = 'replaced', updated_at = now()
    WHERE kind IN ('cancelled', 'removed') AND created_at > now() - interval '1 hour'
      AND event_id IN (SELECT old_id FROM pair)
),
place AS (
    SELECT * FROM (
        SELECT DISTINCT ON (old_id) * FROM pair
        ORDER BY old_id, abs(extract(epoch FROM original_start - old_original_start))) AS nearest
    WHERE original_start <> old_original_start
),
carried AS (
    INSERT INTO calendars_choice (workspace_id, identity, original_start, reach, verdict,
                                  chosen_by_id, chosen_at, created_at, updated_at)
    SELECT choice.workspace_id, choice.identity, place.original_start, choice.reach,
        choice.verdict, choice.chosen_by_id, choice.chosen_at, now(), now()
    FROM place
    JOIN calendars_choice AS choice ON choice.workspace_id = place.workspace_id
        AND choice.identity = place.identity AND choice.original_start = place.old_original_start
    ON CONFLICT (workspace_id, identity, original_start, reach) DO NOTHING
),
undos AS ({UNDOS_COVER_BOTH})
INSERT INTO calendars_eventchange (workspace_id, event_id, kind, moved_from, moved_to,
                                   before, after, created_at, updated_at)
SELECT workspace_id, id, CASE WHEN was_recurring THEN 'split' ELSE 'recurring' END,
    CASE WHEN is_elsewhere THEN old_starts_at END, CASE WHEN is_elsewhere THEN starts_at END,
    '', '', now(), now()
FROM pair CROSS JOIN LATERAL (
    SELECT old_starts_at <> starts_at
        AND abs(extract(epoch FROM starts_at - old_starts_at)) < 86400 AS is_elsewhere) AS place
RETURNING event_id
"""  # noqa: S608  only names from above are put in
