"""Steps told before now were all of the one bot that the provider had for each of ours."""

from django.db import migrations

NAME_STEPS = """
UPDATE bots_statuschange AS step SET
    upstream_id = bot.upstream_id,
    joined_at = CASE WHEN step.code = 'completed' THEN bot.joined_at END,
    exited_at = CASE WHEN step.code = 'completed' THEN bot.exited_at END,
    duration_seconds = CASE WHEN step.code = 'completed' THEN bot.duration_seconds END
FROM bots_bot AS bot
WHERE bot.id = step.bot_id AND step.code NOT IN
    ('sent_by_earshot', 'cancelled_here', 'create_refused', 'not_found_upstream')
"""


class Migration(migrations.Migration):
    dependencies = [("bots", "0003_surplus_bots")]

    operations = [migrations.RunSQL(NAME_STEPS, migrations.RunSQL.noop)]
