"""GET /metrics: the gauges as Prometheus reads them, for whoever has METRICS_TOKEN.

Without a token set there is no such page. Any process may be asked, and all say the same.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from operations.gauges import GAUGES


class DatabaseCollector:
    """Asks for each number when it is scraped."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        for gauge in GAUGES:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)
            for labels, value in gauge.read(now):
                family.add_metric(labels, value)
            yield family


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not _is_known(request.headers.get("authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    try:
        with transaction.atomic():  # one moment of one database
            registry.register(DatabaseCollector())
            page = generate_latest(registry)
    except DatabaseError:
        return HttpResponse("The database does not answer.", status=503, content_type="text/plain")
    return HttpResponse(page, content_type=CONTENT_TYPE_LATEST)


def _is_known(authorization: str) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return hmac.compare_digest(authorization.encode(), wanted.encode())
