"""Addresses that providers fetch: no sign-in, an id or a key that nobody can guess."""

from django.urls import path

from bots.views import fetched

app_name = "fetched"
urlpatterns = [
    path("pictures/<str:public_id>.jpg", fetched.picture, name="picture"),
    path("zoom/<str:public_id>/zak/", fetched.zoom_zak, name="zoom_zak"),
    path("zoom/<str:public_id>/join-token/", fetched.zoom_join_token, name="zoom_join_token"),
]
