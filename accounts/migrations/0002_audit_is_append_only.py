"""Lets nobody rewrite the audit trail: the database itself refuses.

Two things stay possible: a person who is removed leaves their entries without an actor, and a
transaction that says so (SET LOCAL earshot.audit_may_go = 'on') deletes, as when a whole workspace
is deleted for good.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION accounts_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('earshot.audit_may_go', true) = 'on' THEN
      RETURN OLD;
    END IF;
  ELSIF NEW.actor_id IS NULL
      AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER accounts_auditentry_append_only
  BEFORE UPDATE OR DELETE ON accounts_auditentry
  FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_refuse();
"""

ALLOW = """
DROP TRIGGER accounts_auditentry_append_only ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
