"""All settings, from the environment, typed, in one place.

A missing or unusable value stops the process with a sentence: a platform about secrecy must not start on a
guess. docs/operations.md lists the variables; `deploy/launcher.py` sets them on a machine with nothing.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import django_stubs_ext
import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# Lets `models.Field[...]` and `forms.ModelForm[...]` be written at run time as the type checker reads them.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}

env = environ.Env()


def required(name: str, why: str) -> str:
    """The value of an environment variable, or a refusal that says what it is for."""
    value = str(env.str(name, default="")).strip()
    if not value:
        raise ImproperlyConfigured(f"Miljövariabeln {name} saknas: {why}")
    return value


# --- Kind of start ----------

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted(LOOPBACK_HOSTS) if DEBUG else [])
# One-click sign-in as the invented cast exists only where nobody but this machine can reach it.
DEMO_ASKED_FOR = env.bool("DEMO", default=False)
DEMO = DEMO_ASKED_FOR and bool(ALLOWED_HOSTS) and set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS
ON_LOOPBACK_ONLY = DEBUG or DEMO

SECRET_KEY = required("SECRET_KEY", "signerar sessioner; minst 50 slumpade tecken.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- Keys for what is encrypted in the database (P-L1, R54) ----------

FIELD_ENCRYPTION_KEYS = [
    key.strip()
    for key in required("FIELD_ENCRYPTION_KEYS", "krypterar personnummer; Fernet-nycklar, nyast först.").split(",")
]
LOOKUP_KEY = required("LOOKUP_KEY", "gör personnummer sökbara utan att de går att läsa; minst 32 tecken.")

try:
    for _key in FIELD_ENCRYPTION_KEYS:
        Fernet(_key)
except ValueError as error:
    raise ImproperlyConfigured(
        "FIELD_ENCRYPTION_KEYS ska vara Fernet-nycklar (32 byte i urlsafe base64) med komma mellan."
    ) from error
if len(LOOKUP_KEY) < 32:
    raise ImproperlyConfigured("LOOKUP_KEY ska ha minst 32 tecken.")

# --- Applications ----------

INSTALLED_APPS = [
    "hub",
    "consent",
    "triage",
    "meetings",
    "actionplans",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "auditlog",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "hub.views.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: opens the transaction, sets the kommun, writes what was shown (architecture, "Access" 6).
    "hub.middleware.HubMiddleware",
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
                "hub.context.shell",
            ],
        },
    },
]

# --- Database ----------

# The owner of the schema migrates; everything else runs as a role that owns nothing and cannot pass row-level
# security. `manage.py` sets HUB_AS_OWNER for the few commands that need the owner.
AS_OWNER = env.bool("HUB_AS_OWNER", default=False)
DATABASE_ROLE = env.str("DATABASE_ROLE", default="")
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=0)


def database() -> dict[str, Any]:
    """The one database, as the application's role or, with HUB_AS_OWNER, as the owner.

    With one address whose role may create roles, the launcher and the tests create the application's role
    and name it in DATABASE_ROLE: every connection then starts with `SET ROLE`.
    """
    name = "DATABASE_OWNER_URL" if AS_OWNER and env.str("DATABASE_OWNER_URL", default="") else "DATABASE_URL"
    required(name, "adressen till PostgreSQL, postgres://användare:lösenord@värd/databas.")
    config: dict[str, Any] = env.db_url(name)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} ska börja med postgres://. Endast PostgreSQL går att använda.")
    config["HOST"] = unquote(config["HOST"])  # a Unix socket's folder is written %2Fpath
    options = config.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    if DATABASE_ROLE and not AS_OWNER:
        options["assume_role"] = DATABASE_ROLE
    if DATABASE_POOL_SIZE and not AS_OWNER:
        options["pool"] = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 5}
    else:
        config["CONN_MAX_AGE"] = 60
    return config | {"ATOMIC_REQUESTS": True, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database()}

# --- Broker, cache and tasks ----------

REDIS_URL = required("REDIS_URL", "Redis eller Valkey, redis://värd:6379 eller unix:///sökväg.")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hub",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A task that dies with its worker is done again: every task must bear being run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
# A page never waits long for a broker that is down; what matters is in the outbox table.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}

# --- Sign-in ----------

AUTH_USER_MODEL = "hub.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
# Seats are guardian's direct table, read by hub.access; its shortcuts and anonymous user are not used.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "/konto/logga-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hub.accounts.NoSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/konto/logga-in/"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not ON_LOOPBACK_ONLY
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not ON_LOOPBACK_ONLY
CSRF_FAILURE_VIEW = "hub.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# In the session, not in a cookie: a message may name a young person.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Web security ----------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not ON_LOOPBACK_ONLY)
SECURE_HSTS_SECONDS = 0 if ON_LOOPBACK_ONLY else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not ON_LOOPBACK_ONLY
SECURE_HSTS_PRELOAD = not ON_LOOPBACK_ONLY
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A page of text at most; hub answers a larger post with a sentence instead of an error.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# Nothing is sent by e-mail: notices are shown after sign-in.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# --- API ----------

#: Calls a minute for a token, or for a user without one; "search" is counted on its own (P-A15).
API_RATES = {"all": env.int("API_RATE", default=600), "search": env.int("API_SEARCH_RATE", default=30)}
# Sign-in, rights, limits and errors are those of the pages (hub.api.endpoint): none of the framework's own.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Samverkanshubb",
    "VERSION": "1",
    "DESCRIPTION": "Samma regler som sidorna: det du inte får se där finns inte här.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "AUTHENTICATION_WHITELIST": [],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "hub.api.endpoint.close_bodies"],
    "ENUM_NAME_OVERRIDES": {
        "AgencyKind": "hub.models.AgencyKind",
        "Phase": "hub.models.Phase",
        "OpeningPhase": "hub.api.cases.OPENING_PHASES",
        "RelativeKind": "hub.models.RelativeKind",
        "SeatKind": "hub.models.SeatKind",
        "AnnotationKind": "consent.models.AnnotationKind",
        "HappeningKind": "consent.api.schemas.HAPPENINGS",
        "AssignmentRole": "hub.models.Role",
        "PartyRole": "hub.models.PartyRole",
        "ProposedRole": "hub.api.parties.ROLES",
        "SignerRole": "consent.models.SignerRole",
        "ItemState": "consent.models.ItemState",
        "PartyState": "hub.api.schemas.PARTY_STATES",
        "ToldThrough": "consent.forms.withdrawal.CHANNELS",
        "WithdrawalChannel": "consent.models.WithdrawalChannel",
        "ConsentState": "consent.api.schemas.STANDINGS",
    },
    "SECURITY": [{"bearer": []}, {"session": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "En nyckel från profilen."},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Inloggad webbläsare."},
        }
    },
}

# --- Language and time ----------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "svenska")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# --- Static files ----------

# Served straight from the source in development and demo: nothing to collect at start.
STATIC_FROM_SOURCE = env.bool("STATIC_FROM_SOURCE", default=ON_LOOPBACK_ONLY)
STATIC_URL = "/static/"
STATIC_ROOT = None if STATIC_FROM_SOURCE else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Field history of reference data (the record over people is hub.AuditEntry) ---

AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_DISABLE_REMOTE_ADDR = True

# --- Logging ----------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Only what failed; a log of every address would say who was read.
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
