# syntax=docker/dockerfile:1
# One image for every part: `python -m config.run web | edge | worker [queue …] | beat`.

FROM python:3.11.14-slim-trixie AS base
ENV PATH=/opt/earshot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app

# ── Installs what is pinned, as wheels alone; collects the static files ──────────────────────────
FROM base AS build
COPY requirements/run.txt requirements/run.txt
RUN python -m venv --without-pip /opt/earshot \
 && pip --python /opt/earshot/bin/python install --no-cache-dir --no-compile \
      --only-binary :all: --require-hashes -r requirements/run.txt
COPY . .
# Nothing of these settings stays: they let Django start, and it opens no connection here.
RUN SECRET_KEY=only-while-building-and-long-enough-for-djangos-own-check-0123456789 \
    FIELD_ENCRYPTION_KEYS=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= \
    PUBLIC_URL=https://localhost ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgresql://nobody@localhost/nothing CELERY_BROKER_URL=memory:// \
    python manage.py collectstatic --noinput \
 && python -m compileall -q -j 0 /app /opt/earshot/lib

# ── What runs: no compiler, no installer, nobody's root ──────────────────────────────────────────
FROM base AS final
# pg_dump and pg_restore, for `manage.py backup` and `manage.py restore`. Debian keeps the newest version
# of a package alone, with its corrections: one that is named exactly can soon not be had any more.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/* /usr/local/lib/python3.11/site-packages/pip* /usr/local/bin/pip* \
 && groupadd --gid 10001 earshot \
 && useradd --uid 10001 --gid earshot --no-create-home --home-dir /data --shell /usr/sbin/nologin earshot \
 && install -d -o earshot -g earshot /data
COPY --from=build /opt/earshot /opt/earshot
COPY --from=build /app /app
ENV HOST=0.0.0.0 PORT=8000 VAR_DIR=/data MEDIA_ROOT=/data/media
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "config.run", "web"]
