"""All settings, read once from the environment. `.env.example` lists each with its meaning.

A setting that is missing or odd stops the start with a sentence (ImproperlyConfigured). With DEBUG
on, everything has a default; without it the secrets and the outside addresses must be given.
"""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF

from config import embedded, environment, log_lines, queues
from config.environment import env

django_stubs_ext.monkeypatch()
environment.say_it_in_a_sentence()

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development" if DEBUG else env.NOTSET)
FIELD_ENCRYPTION_KEYS = env.list(
    "FIELD_ENCRYPTION_KEYS",
    default=[embedded.development_key(SECRET_KEY)] if DEBUG else env.NOTSET,
)
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000" if DEBUG else env.NOTSET).rstrip(
    "/"
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "testserver"] if DEBUG else []
)
environment.fernet_keys("FIELD_ENCRYPTION_KEYS", FIELD_ENCRYPTION_KEYS)
environment.address("PUBLIC_URL", PUBLIC_URL, is_base=True)
if not DEBUG:
    environment.signing_key("SECRET_KEY", SECRET_KEY)
    environment.host_names("ALLOWED_HOSTS", ALLOWED_HOSTS, PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
IS_HTTPS = PUBLIC_URL.startswith("https://")

# ── The house ────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "config.apps.EarshotAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "django_structlog",
    "csp",
    "letters",
    "accounts",
    "accounts.identity",
    "upstream",
    "live",
    "notifications",
    "zoom",
    "bots",
    "calendars",
    "recordings",
    "webhooks",
    "dashboard",
    "support",
    "operations.apps.OperationsConfig",
]

MIDDLEWARE = [
    "operations.front_door.front_door_middleware",
    "operations.traces.request_span_middleware",
    "django.middleware.security.SecurityMiddleware",
    "config.browser_features.features_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.request_log.PathOnlyRequestMiddleware",
    "accounts.sign_ins.seen_middleware",
    "upstream.call_log.call_log_middleware",
    "accounts.middleware.workspace_middleware",
    "config.odd_paths.odd_paths_middleware",
    "support.viewing.viewing_middleware",
    "accounts.elsewhere.elsewhere_middleware",
    "accounts.middleware.htmx_messages_middleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ── Data ─────────────────────────────────────────────────────────────────────────────────────────
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DATABASE = env.db_url_config(
    env.str("DATABASE_URL", default="") or embedded.database_url(VAR_DIR, is_allowed=DEBUG)
)
environment.database("DATABASE_URL", DATABASE)
DATABASES = {
    "default": {
        **DATABASE,
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="test_earshot")},
        "OPTIONS": {
            # A server that vanished without a word is noticed within half a minute.
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 25_000,
            **DATABASE.get("OPTIONS", {}),
            "pool": {
                "min_size": 1,
                "max_size": environment.at_least(
                    "DATABASE_POOL_SIZE", env.int("DATABASE_POOL_SIZE", default=8), 1
                ),
                # Providers give a webhook 30 s; without a database they must hear 503 first.
                "timeout": 10,
            },
        },
    }
}

# Counts the tries of signing in, among others; several processes need a shared one for that.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Serve static files as they lie in the source, without `collectstatic`: for development and demo.
WHITENOISE_USE_FINDERS = env.bool("STATIC_FROM_SOURCE", default=DEBUG)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
BUCKET = {
    "bucket_name": env.str("AWS_STORAGE_BUCKET_NAME", default=""),
    "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", default="") or None,
    "region_name": env.str("AWS_S3_REGION_NAME", default="") or None,
    "access_key": env.str("AWS_ACCESS_KEY_ID", default="") or None,
    "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default="") or None,
}
if BUCKET["endpoint_url"]:
    environment.address("AWS_S3_ENDPOINT_URL", str(BUCKET["endpoint_url"]))
environment.both_or_none(
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    {"AWS_ACCESS_KEY_ID": BUCKET["access_key"], "AWS_SECRET_ACCESS_KEY": BUCKET["secret_key"]},
)
STORAGES = {
    "default": {"BACKEND": "recordings.storages.Bucket", "OPTIONS": BUCKET}
    if BUCKET["bucket_name"]
    else {"BACKEND": "recordings.storages.Folder"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "config.static_files.HashedFiles"
    },
}

# ── People ───────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
# The address is unique whatever its case: by a constraint on lower(email), which W004 cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignUpForm",
    "add_email": "accounts.forms.NewAddressForm",
    "change_password": "accounts.forms.ChangeForm",
    "reset_password_from_key": "accounts.forms.ResetForm",
    "set_password": "accounts.forms.SetForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# allauth's own limits stay on; these two leave room for a team behind one address.
ACCOUNT_RATE_LIMITS = {"signup": "60/h/ip", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
environment.at_least("TRUSTED_PROXY_COUNT", ALLAUTH_TRUSTED_PROXY_COUNT, 0)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"

# Who somebody is at Google or Microsoft: the same servers as for calendars, a consent of its own.
# A link leads there (no form may end elsewhere), and the person picks an account each time.
SOCIALACCOUNT_ADAPTER = "accounts.identity.adapter.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.identity.forms.FinishForm"}
SOCIALACCOUNT_LOGIN_ON_GET = True
# An address that its keeper has proven leads to the account that has proven it here.
SOCIALACCOUNT_PROVIDERS = {"google": {"EMAIL_AUTHENTICATION": True}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

MFA_ADAPTER = "accounts.second_step.SecondStepAdapter"
MFA_FORMS = {"add_webauthn": "accounts.second_step_forms.NewPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Earshot"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
# Nobody is signed in without a proven address; this lets people change it who have a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # browsers themselves allow it on localhost only

# Off where people are invented: the demo's, the tests'.
STAFF_NEED_SECOND_STEP = env.bool("STAFF_NEED_SECOND_STEP", default=not DEBUG)
HIJACK_PERMISSION_CHECK = "support.viewing.may_view"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 30  # seconds; a mail server that says nothing must not hold a worker
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="")  # where reports of problems go
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Earshot <earshot@localhost>")
environment.mail_address("DEFAULT_FROM_EMAIL", DEFAULT_FROM_EMAIL)
if SUPPORT_EMAIL:
    environment.mail_address("SUPPORT_EMAIL", SUPPORT_EMAIL)

# ── Safety ───────────────────────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.error_reports.SecretlessFilter"
CSRF_FAILURE_VIEW = "accounts.views.stale_form"

# ── Words and times ──────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ── Tasks ────────────────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or embedded.broker_url(
    VAR_DIR, is_allowed=DEBUG
)
environment.broker("CELERY_BROKER_URL", CELERY_BROKER_URL)
CELERY_TASK_QUEUES = queues.QUEUES
CELERY_TASK_DEFAULT_QUEUE = queues.SCHEDULING
CELERY_TASK_ROUTES = queues.ROUTES
FILES_AT_ONCE = queues.FILES_AT_ONCE  # per worker process
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # what is printed is a mail, and no log keeps those
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = queues.SCHEDULE

# ── The outside world ────────────────────────────────────────────────────────────────────────────
UPSTREAM_PROVIDER = env.str("UPSTREAM_PROVIDER", default="meetingbaas_v2")
environment.one_of("UPSTREAM_PROVIDER", UPSTREAM_PROVIDER, environment.PROVIDERS)
UPSTREAM_API_KEY = env.str("UPSTREAM_API_KEY", default="")
UPSTREAM_WEBHOOK_SECRET = env.str("UPSTREAM_WEBHOOK_SECRET", default="")
UPSTREAM_TIMEOUT_SECONDS = env.int("UPSTREAM_TIMEOUT_SECONDS", default=30)
environment.at_least("UPSTREAM_TIMEOUT_SECONDS", UPSTREAM_TIMEOUT_SECONDS, 1)
UPSTREAM_BASE_URL = env.str("UPSTREAM_BASE_URL", default="").rstrip("/")
if UPSTREAM_BASE_URL:
    environment.address("UPSTREAM_BASE_URL", UPSTREAM_BASE_URL)
# Bots carry a callback to …/webhooks/<account>/ below this address; providers must reach it.
WEBHOOK_BASE_URL = (env.str("WEBHOOK_BASE_URL", default="") or PUBLIC_URL).rstrip("/")
environment.address("WEBHOOK_BASE_URL", WEBHOOK_BASE_URL)
# A bot that should have told something by now and has not is asked about.
BOT_SILENCE_SECONDS = env.int("BOT_SILENCE_SECONDS", default=600)
environment.at_least("BOT_SILENCE_SECONDS", BOT_SILENCE_SECONDS, 1)
# The sandbox serves its files from this machine; no other private address is ever fetched.
ALLOW_LOOPBACK_FETCH = env.bool("ALLOW_LOOPBACK_FETCH", default=False)

GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="")
GOOGLE_AUTHORIZE_URL = env.str(
    "GOOGLE_AUTHORIZE_URL", default="https://accounts.google.com/o/oauth2/v2/auth"
)
GOOGLE_TOKEN_URL = env.str("GOOGLE_TOKEN_URL", default="https://oauth2.googleapis.com/token")
GOOGLE_USERINFO_URL = env.str(
    "GOOGLE_USERINFO_URL", default="https://openidconnect.googleapis.com/v1/userinfo"
)
GOOGLE_REVOKE_URL = env.str("GOOGLE_REVOKE_URL", default="https://oauth2.googleapis.com/revoke")

MICROSOFT_CLIENT_ID = env.str("MICROSOFT_CLIENT_ID", default="")
MICROSOFT_CLIENT_SECRET = env.str("MICROSOFT_CLIENT_SECRET", default="")
# common, organizations, consumers, or an organisation's id or domain; {tenant} in the addresses.
MICROSOFT_TENANT = env.str("MICROSOFT_TENANT", default="common") or "common"
MICROSOFT_AUTHORIZE_URL = env.str(
    "MICROSOFT_AUTHORIZE_URL",
    default="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
)
MICROSOFT_TOKEN_URL = env.str(
    "MICROSOFT_TOKEN_URL", default="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
)
MICROSOFT_USERINFO_URL = env.str(
    "MICROSOFT_USERINFO_URL", default="https://graph.microsoft.com/oidc/userinfo"
)
MICROSOFT_PROFILE_URL = env.str(
    "MICROSOFT_PROFILE_URL", default="https://graph.microsoft.com/v1.0/me"
)
MICROSOFT_ADMIN_CONSENT_URL = env.str(
    "MICROSOFT_ADMIN_CONSENT_URL",
    default="https://login.microsoftonline.com/{tenant}/v2.0/adminconsent",
)

ZOOM_CLIENT_ID = env.str("ZOOM_CLIENT_ID", default="")
ZOOM_CLIENT_SECRET = env.str("ZOOM_CLIENT_SECRET", default="")
ZOOM_AUTHORIZE_URL = env.str("ZOOM_AUTHORIZE_URL", default="https://zoom.us/oauth/authorize")
ZOOM_TOKEN_URL = env.str("ZOOM_TOKEN_URL", default="https://zoom.us/oauth/token")
ZOOM_REVOKE_URL = env.str("ZOOM_REVOKE_URL", default="https://zoom.us/oauth/revoke")
ZOOM_API_URL = env.str("ZOOM_API_URL", default="https://api.zoom.us/v2").rstrip("/")

for _platform in ("GOOGLE", "MICROSOFT", "ZOOM"):
    environment.both_or_none(f"{_platform}_CLIENT_ID", f"{_platform}_CLIENT_SECRET", globals())
    environment.addresses(_platform, globals())

# ── Who watches over it ──────────────────────────────────────────────────────────────────────────
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
if SENTRY_DSN:
    environment.sentry_dsn("SENTRY_DSN", SENTRY_DSN)
if OTEL_EXPORTER_OTLP_ENDPOINT:
    environment.address("OTEL_EXPORTER_OTLP_ENDPOINT", OTEL_EXPORTER_OTLP_ENDPOINT)
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="earshot")

# ── Logs: ids and outcomes, never content ────────────────────────────────────────────────────────
LOG_LEVEL = environment.one_of(
    "LOG_LEVEL", env.str("LOG_LEVEL", default="INFO"), environment.LEVELS
)
LOGGING = log_lines.set_up(LOG_LEVEL)
