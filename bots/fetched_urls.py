"""Addresses that providers fetch: no sign-in, an id that nobody can guess."""

from django.urls import path

from bots.views import fetched

app_name = "fetched"
urlpatterns = [path("pictures/<str:public_id>.jpg", fetched.picture, name="picture")]
