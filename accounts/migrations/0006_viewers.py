"""A fourth role: people who look and change nothing. Backwards, they become members."""

from typing import Any

from django.db import migrations, models

ROLES = [("owner", "Owner"), ("admin", "Admin"), ("member", "Member"), ("viewer", "Viewer")]
KNOWN = "membership_role_known"


def known(*roles: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(("role__in", list(roles))), name=KNOWN)


def nothing(apps: Any, schema_editor: Any) -> None:
    return None


def make_members(apps: Any, schema_editor: Any) -> None:
    apps.get_model("accounts", "Membership").objects.filter(role="viewer").update(role="member")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_steps_hidden")]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=ROLES, default="member", max_length=16),
        ),
        migrations.RemoveConstraint(model_name="membership", name=KNOWN),
        migrations.AddConstraint(
            model_name="membership",
            constraint=known(*(role for role, _ in ROLES)),
        ),
        migrations.RunPython(nothing, make_members),
    ]
