"""What an error report may hold: where it happened, never a secret.

Django hides what has a telling name among the settings; of what people send it shows everything.
"""

import re
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

SENT = re.compile(r"PASS|CODE|SECRET|TOKEN|KEY|CREDENTIAL|STATE", re.I)


class SecretlessFilter(SafeExceptionReporterFilter):
    """Hides addresses of servers (a password may be in them) and what proves who somebody is."""

    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern + r"|BROKER|DATABASE|CACHES|EMAIL", re.I
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        sent = super().get_post_parameters(request) if request else {}
        return {
            name: self.cleansed_substitute if SENT.search(name) else value
            for name, value in sent.items()
        }
