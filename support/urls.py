"""Addresses of people's own support pages; the console's are in `console_urls`."""

from django.urls import path

from support.views.access import access, revocation
from support.views.looking import End

app_name = "support"
urlpatterns = [
    path("settings/support/", access, name="access"),
    path("settings/support/<str:public_id>/revocation/", revocation, name="revocation"),
    path("support/end/", End.as_view(), name="end"),
]
