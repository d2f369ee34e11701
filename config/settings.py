"""All settings, from the environment, typed, in one place.

A missing or unusable value stops the process with a sentence: a platform about secrecy must not start on a
guess. docs/operations.md lists the variables; `deploy/launcher.py` sets them on a machine with nothing.
"""

import re
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import django_stubs_ext
import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings, read by their packages
from config.logs import to_stderr
from config.oidc import providers

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
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "auditlog",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "rest_framework",
    "template_partials",
]
if find_spec("bench"):  # measurements are no part of a production image
    INSTALLED_APPS.append("bench")

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
# A statement is prepared the third time a connection runs it: planning the access rule costs more than running it
# (docs/performance.md). 0 turns it off, for a pooler that cannot keep prepared statements apart.
DATABASE_PREPARE = env.int("DATABASE_PREPARE", default=3)


def database() -> dict[str, Any]:
    """The one database, as the application's role or, with HUB_AS_OWNER, as the owner.

    With one address whose role may create roles, the launcher and the tests create the application's role
    and name it in DATABASE_ROLE: every connection then starts as that role.
    """
    name = "DATABASE_OWNER_URL" if AS_OWNER and env.str("DATABASE_OWNER_URL", default="") else "DATABASE_URL"
    required(name, "adressen till PostgreSQL, postgres://användare:lösenord@värd/databas.")
    config: dict[str, Any] = env.db_url(name)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"{name} ska börja med postgres://. Endast PostgreSQL går att använda.")
    config["HOST"] = unquote(config["HOST"])  # a Unix socket's folder is written %2Fpath
    options = config.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    if DATABASE_PREPARE and not AS_OWNER:
        options |= {"server_side_binding": True, "prepare_threshold": DATABASE_PREPARE - 1}
    if DATABASE_ROLE and not AS_OWNER:
        # Not `assume_role`: that asks the pool for a connection while the pool opens one, and waits for itself.
        options["options"] = f"-c role={DATABASE_ROLE}"
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
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Whoever signed in or gave the password again within so many seconds may change how they sign in.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Five failures per address tried (whether or not it is an account) and fifty per network address in a quarter.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,50/15m/ip"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/konto/logga-in/"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# The second step of signing in: an app, a passkey or a security key, and codes on paper.
MFA_ADAPTER = "hub.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are given by administrators; nobody verifies their own.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Samverkanshubb"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
#: Roles (hub.models.Role) that get nowhere without the second step. Every role reads or gives access to personal
#: data, so every role needs it; on this machine only (DEBUG, DEMO) nobody does.
ALL_ROLES = [
    *("coordinator", "officer", "lots", "contact", "deputy", "manager", "reviewer", "administrator", "programme"),
]
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[] if ON_LOOPBACK_ONLY else ALL_ROLES)
if _unknown := sorted(set(SECOND_FACTOR_ROLES) - set(ALL_ROLES)):
    raise ImproperlyConfigured(f"SECOND_FACTOR_ROLES: okänd roll {', '.join(_unknown)}.")

# Sign-in at the employer's own identity provider. It never makes an account.
SOCIALACCOUNT_ADAPTER = "hub.accounts.ExternalAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
OIDC_APPS = providers(env.str("OIDC_PROVIDERS", default=""), loopback=ON_LOOPBACK_ONLY)
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OIDC_APPS}}

INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Signed out after so long without a request, and at the latest so long after signing in. hub.sessions measures.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_MAX_HOURS = env.int("SESSION_MAX_HOURS", default=10)
if SESSION_IDLE_MINUTES < 5 or not 1 <= SESSION_MAX_HOURS <= 24:
    raise ImproperlyConfigured("SESSION_IDLE_MINUTES ska vara minst 5 och SESSION_MAX_HOURS mellan 1 och 24.")
# The row outlives both limits, so that the page can say which one ended it.
SESSION_COOKIE_AGE = (SESSION_MAX_HOURS + 1) * 60 * 60
KEPT_TEXT_MINUTES = env.int("KEPT_TEXT_MINUTES", default=60)
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
        # The form that leads to an identity provider is answered with a redirect to it.
        "form-action": [SELF, *(source for app in OIDC_APPS for source in app["settings"]["form_action"])],
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
# More than a calendar may have (5 MB): one that is uploaded stays in memory, for its words must be on no disk (P-M4).
FILE_UPLOAD_MAX_MEMORY_SIZE = 6_000_000

# --- Mail: only that there is something to read, never what (hub/outbox.py) ----------

# smtp://user:password@host:25, smtp+tls:// or smtp+ssl://; consolemail:// writes a line in the log instead. Without it
# no mail is made at all, and everything is read after sign-in.
MAIL_ON = bool(env.str("EMAIL_URL", default=""))
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_USE_TLS = EMAIL_USE_SSL = False
if MAIL_ON:
    vars().update({name: value for name, value in env.email_url("EMAIL_URL").items() if value is not None})
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Samverkanshubb <svara-inte@localhost>")
# The envelope's sender, where a server returns what it cannot deliver, and the name after @ in Message-ID.
MAIL_SENDER = parseaddr(DEFAULT_FROM_EMAIL)[1]
MAIL_DOMAIN = MAIL_SENDER.rpartition("@")[2]
if not MAIL_DOMAIN:
    raise ImproperlyConfigured("DEFAULT_FROM_EMAIL ska vara en e-postadress, till exempel svara-inte@kommun.se.")
# The address that mails lead to; no request is at hand when they are written.
# The mailbox that answers to invitations come to; whoever reads it hands them to /api/v1/calendar/replies/.
MEETING_MAIL = env.str("MEETING_MAIL", default=MAIL_SENDER)
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
if MAIL_ON and not ON_LOOPBACK_ONLY and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL saknas: adressen som mejlen leder till, https://…")
# Longer than any task may live (CELERY_TASK_TIME_LIMIT): whoever took the mail then cannot be sending it any more.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=600)

# --- API ----------

#: Calls a minute for a token, or for a user without one; "search" is counted on its own (P-A15).
API_RATES = {"all": env.int("API_RATE", default=600), "search": env.int("API_SEARCH_RATE", default=30)}

# --- Calendars ----------

# Hosts that calendars may be fetched from (P-M4): names, or with a leading dot every name below. Empty: none.
CALENDAR_HOSTS = [host.strip().lower() for host in env.list("CALENDAR_HOSTS", default=[]) if host.strip()]
if _wrong := [host for host in CALENDAR_HOSTS if not re.fullmatch(r"\.?([a-z0-9-]+\.)+[a-z][a-z0-9-]+", host)]:
    raise ImproperlyConfigured(f"CALENDAR_HOSTS: {_wrong[0]} är inget värdnamn, till exempel .office365.com.")

# --- Planning ----------

# How long a proposal for all due meetings is searched for, and by how many threads (docs/planner.md).
PLANNER_SECONDS = env.int("PLANNER_SECONDS", default=20)
PLANNER_WORKERS = env.int("PLANNER_WORKERS", default=2)

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

# --- Meetings ----------

#: Days after a meeting within which its minutes are to be approved; the task on the home page counts them.
MINUTES_DAYS = env.int("MINUTES_DAYS", default=14)

# --- Field history of reference data (the record over people is hub.AuditEntry) ---

AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDITLOG_CID_GETTER = "hub.history.correlation_id"

# The kommun (SCB code) whose administrator keeps the list of information types, which every kommun here shares.
CODE_LISTS_KOMMUN = env.str("CODE_LISTS_KOMMUN", default="0180" if DEMO else "")

# --- Logging ----------

LOGGING = to_stderr(level=env.str("LOG_LEVEL", default="INFO"))
