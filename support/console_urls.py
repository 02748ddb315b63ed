"""The console's own addresses; they come before the admin's, and its guard stands before them."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from support.views import console, looking


def addresses(guard: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("find/", guard(console.search), name="support_search"),
        path("case/<str:public_id>/", guard(console.case), name="support_case"),
        path("act/<slug:name>/<str:public_id>/", guard(console.act), name="support_act"),
        path("stuck/", guard(console.stuck_work), name="support_stuck"),
        path("usage/", guard(console.usage_by_month), name="support_usage"),
        path("grants/", guard(console.grants), name="support_grants"),
        path(
            "grants/<str:public_id>/look/",
            guard(looking.Begin.as_view()),
            name="support_look",
        ),
    ]
