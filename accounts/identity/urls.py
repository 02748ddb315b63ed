"""Addresses under the names that allauth asks for."""

from django.urls import path

from accounts.identity import views

urlpatterns = [
    path("google/login/", views.google_login, name="google_login"),
    path("google/login/callback/", views.google_callback, name="google_callback"),
    path("microsoft/login/", views.microsoft_login, name="microsoft_login"),
    path("microsoft/login/callback/", views.microsoft_callback, name="microsoft_callback"),
]
