"""People, workspaces and the trail, for support: to look at, hardly anything to change.

Who may see a workspace's content is the workspace's own affair: no place in one is given or taken
here, and nobody's address or password is set. What is left to change is whether a person may come
in, and, for superusers, who is staff.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import AuditEntry, Membership, User, Workspace

POWERS = ("is_staff", "is_superuser", "groups")


class LookOnly:
    """What people do themselves, with an entry in the trail, is not done here without one."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(LookOnly, admin.TabularInline[Membership, User]):
    model = Membership
    fields = ["workspace", "user", "role", "created_at"]
    readonly_fields = ["created_at"]
    extra = 0
    template = "admin/rows.html"


@admin.register(User)
class PersonAdmin(LookOnly, admin.ModelAdmin[User]):
    ordering = ["email"]
    list_display = ["email", "name", "time_zone", "is_staff", "is_active", "date_joined"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name", "public_id"]
    known = ["email", "public_id", "name", "time_zone", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "public_id"]}),
        ("Person", {"fields": ["name", "time_zone"]}),
        ("May", {"fields": ["is_active", *POWERS]}),
        ("When", {"fields": ["date_joined", "last_login"]}),
    ]
    inlines = [MembershipInline]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser."""
        is_beyond_reach = obj is not None and obj.is_superuser and not _is_superuser(request)
        return request.user.has_perm("accounts.change_user") and not is_beyond_reach

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return self.known if _is_superuser(request) else [*self.known, *POWERS]


@admin.register(Workspace)
class WorkspaceAdmin(LookOnly, admin.ModelAdmin[Workspace]):
    list_display = ["name", "public_id", "created_at"]
    search_fields = ["name", "public_id", "members__email"]
    fields = ["name", "public_id", "created_at"]
    inlines = [MembershipInline]


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly, admin.ModelAdmin[AuditEntry]):
    list_display = ["at", "workspace", "actor", "action", "target", "ip_address"]
    list_select_related = ["workspace", "actor"]
    list_filter = ["action"]
    search_fields = ["workspace__public_id", "actor__email", "target"]
    date_hierarchy = "at"
    show_full_result_count = False


# allauth and Django register these with everything allowed: a proven address for whoever asks is a
# way into somebody's account, so are another's sign-in and its secrets, and a group is a way to any
# permission.
admin.site.unregister([EmailAddress, Group])
admin.site.unregister([Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(EmailAddress)
class EmailAddressAdmin(LookOnly, admin.ModelAdmin[EmailAddress]):
    list_display = ["email", "user", "primary", "verified"]
    list_select_related = ["user"]
    list_filter = ["primary", "verified"]
    search_fields = ["email"]


@admin.register(Authenticator)
class AuthenticatorAdmin(LookOnly, admin.ModelAdmin[Authenticator]):
    """That somebody has a second step and when it was used; what it is made of stays unseen."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    list_filter = ["type"]
    search_fields = ["user__email"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(SocialAccount)
class IdentityAdmin(LookOnly, admin.ModelAdmin[SocialAccount]):
    """Which account at Google or Microsoft somebody signs in with."""

    list_display = ["user", "provider", "uid", "date_joined", "last_login"]
    list_select_related = ["user"]
    list_filter = ["provider"]
    search_fields = ["user__email", "uid"]
    fields = ["user", "provider", "uid", "extra_data", "date_joined", "last_login"]


@admin.register(Group)
class SuperusersGroupAdmin(GroupAdmin):
    filter_horizontal = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
