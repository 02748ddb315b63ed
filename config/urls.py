"""Every address of the product. Each package keeps its own; `tests/test_urls.py` walks them all."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("operations.urls")),
    path("", include("dashboard.urls")),
    path("", include("support.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("accounts.identity.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/connected/", include("allauth.socialaccount.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    path("", include("calendars.urls")),
    path("", include("notifications.urls")),
    path("bots/", include("bots.urls")),
    path("fetched/", include("bots.fetched_urls")),
    path("recordings/", include("recordings.urls")),
    path("mail/", include("letters.urls")),
    path("shared/", include("recordings.shared_urls")),
    path("webhooks/", include("webhooks.urls")),
    path("live/", include("live.urls")),
    path("admin/", admin.site.urls),
]
