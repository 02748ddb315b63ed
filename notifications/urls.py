"""Addresses of what people are told."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.notifications, name="list"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/reading/", views.all_reading, name="all_reading"),
    path("notifications/<str:public_id>/", views.notification, name="one"),
    path("notifications/<str:public_id>/reading/", views.reading, name="reading"),
    path("settings/notifications/", views.settings, name="settings"),
]
