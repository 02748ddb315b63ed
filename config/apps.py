"""Registers the support console as the admin site of the project."""

from django.contrib.admin.apps import AdminConfig


class EarshotAdminConfig(AdminConfig):
    default_site = "config.admin.SupportSite"
