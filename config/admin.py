"""The support console: Django's own admin under our name. Staff see metadata, never secrets."""

from django.contrib.admin import AdminSite


class SupportSite(AdminSite):
    site_header = "Earshot support"
    site_title = "Earshot support"
    index_title = "What needs a look"
