"""The SQL by which what people said follows a meeting that gets another name.

    a meeting    (identity, first start) ─► another     its choices, and the undos of them
    a series     'series:…' ─► the iCal UID             the same, whenever they begin
    a split      the old start ─► the place it went     an undo is then about both

An undo that is still open keeps choices as JSON; without following it would find nothing of what
it is to take back.
"""


def _list_follows(column: str, match: str) -> str:
    """The JSON list of choices in `column`, each of which `moved` tells of under its new name."""
    return f"""(
        SELECT coalesce(jsonb_agg(word || jsonb_strip_nulls(
            jsonb_build_object('identity', moved.identity, 'original_start', moved.begins))), '[]')
        FROM jsonb_array_elements(undo.{column}) AS word LEFT JOIN moved ON {match})"""  # noqa: S608


def _undos_follow(match: str) -> str:
    return f"""
    UPDATE calendars_undo AS undo
    SET before = {_list_follows("before", match)}, after = {_list_follows("after", match)}
    WHERE undo.workspace_id = %(workspace)s AND undo.used_at IS NULL AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(undo.before || undo.after) AS word
        JOIN moved ON {match})"""  # noqa: S608


_BEGAN = "(word ->> 'original_start')::timestamptz"
_SAME_SERIES = "moved.known_as = word ->> 'identity'"
_SAME_MEETING = f"{_SAME_SERIES} AND moved.began = {_BEGAN}"

# The iCal UID is told with the details only. When it becomes known, what people chose moves to it.
REKEY_CHOICES = f"""
WITH moved AS MATERIALIZED (
    SELECT DISTINCT ON (known.identity, known.original_start)
        known.identity AS known_as, known.original_start AS began, new.identity,
        coalesce(new.original_start, known.original_start) AS begins
    FROM incoming_event AS new
    JOIN calendars_event AS known
        ON known.calendar_id = %(calendar)s AND known.upstream_id = new.upstream_id
    WHERE new.identity IS NOT NULL
      AND (known.identity, known.original_start)
          <> (new.identity, coalesce(new.original_start, known.original_start))
),
undos AS ({_undos_follow(_SAME_MEETING)})
UPDATE calendars_choice AS choice SET identity = moved.identity, original_start = moved.begins
FROM moved
WHERE choice.workspace_id = %(workspace)s
  AND choice.identity = moved.known_as AND choice.original_start = moved.began
  AND NOT EXISTS (
      SELECT 1 FROM calendars_choice AS taken
      WHERE taken.workspace_id = choice.workspace_id AND taken.identity = moved.identity
        AND taken.reach = choice.reach AND taken.original_start = moved.begins)
"""  # noqa: S608  only names from above are put in

# Until then the meetings of a series share a name made of the provider's series id. What the first
# of them brings holds for the others too, and for what was said about them.
REKEY_SERIES = f"""
WITH moved AS MATERIALIZED (
    SELECT DISTINCT ON (known.identity) known.identity AS known_as, new.identity,
        NULL::timestamptz AS begins
    FROM incoming_event AS new
    JOIN calendars_event AS known
        ON known.calendar_id = %(calendar)s AND known.upstream_id = new.upstream_id
    WHERE new.identity IS NOT NULL AND known.identity = 'series:' || new.series_upstream_id
),
siblings AS (
    UPDATE calendars_event AS event SET identity = moved.identity
    FROM moved
    WHERE event.workspace_id = %(workspace)s AND event.calendar_id = %(calendar)s
      AND event.identity = moved.known_as
      AND event.upstream_id NOT IN (SELECT upstream_id FROM incoming_event)
),
undos AS ({_undos_follow(_SAME_SERIES)})
UPDATE calendars_choice AS choice SET identity = moved.identity
FROM moved
WHERE choice.workspace_id = %(workspace)s AND choice.identity = moved.known_as
  AND NOT EXISTS (
      SELECT 1 FROM calendars_choice AS taken
      WHERE taken.workspace_id = choice.workspace_id AND taken.identity = moved.identity
        AND taken.reach = choice.reach AND taken.original_start = choice.original_start)
"""  # noqa: S608  only names from above are put in


def _list_covers_both(column: str) -> str:
    return f"""undo.{column} || (
        SELECT coalesce(jsonb_agg(
            word || jsonb_build_object('original_start', place.original_start)), '[]')
        FROM jsonb_array_elements(undo.{column}) AS word JOIN place ON {_IN_PLACE})"""  # noqa: S608


_IN_PLACE = f"word ->> 'identity' = place.identity AND {_BEGAN} = place.old_original_start"

# Within TELL_SPLITS, where `place` says which meeting stands where another stood.
UNDOS_COVER_BOTH = f"""
    UPDATE calendars_undo AS undo
    SET before = {_list_covers_both("before")}, after = {_list_covers_both("after")}
    WHERE undo.workspace_id IN (SELECT workspace_id FROM place) AND undo.used_at IS NULL
      AND EXISTS (SELECT 1 FROM jsonb_array_elements(undo.before || undo.after) AS word
                  JOIN place ON {_IN_PLACE})"""  # noqa: S608
