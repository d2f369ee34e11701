"""The settings under test: those of the product, with keys that are in the repository and protect nothing.

`config.checks` refuses every key here outside tests. With DATABASE_URL set, its role makes the test databases
and must be allowed to make databases and roles; without it an embedded PostgreSQL starts when first needed.
"""

import base64
import os

from deploy.embedded import Postgres, runtime_folder
from deploy.roles import APPLICATION

TEST_POSTGRES = Postgres(runtime_folder("test") / "pg", durable=False)
EMBEDDED_URL = TEST_POSTGRES.url(APPLICATION, "postgres")
DATABASE_GIVEN = os.environ.setdefault("DATABASE_URL", EMBEDDED_URL) != EMBEDDED_URL

os.environ.setdefault("SECRET_KEY", "endast-for-test-" * 4)
os.environ.setdefault("LOOKUP_KEY", "endast-for-test-" * 2)
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", base64.urlsafe_b64encode(b"endast-for-test-" * 2).decode())
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("REDIS_URL", "unix:///nonexistent/valkey.sock")
if DATABASE_GIVEN:
    os.environ.setdefault("DATABASE_ROLE", APPLICATION)

from config.settings import *  # noqa: E402, F403  # the product's settings, after the environment is set
from config.settings import DATABASES  # noqa: E402  # after the environment is set

DEBUG = False
DEMO = False
# The cast signs in without a second step; tests/test_second_factor.py switches the requirement on.
SECOND_FACTOR_ROLES = []
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0

# Connections of a test end with it, so that its database can be replaced.
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
# Statements of a test find some ten rows and are run a few times: joined as they are written. To look for the best
# order takes half of the database's time, and changes no answer.
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    [DATABASES["default"]["OPTIONS"].get("options", ""), "-c join_collapse_limit=1 -c from_collapse_limit=1"]
).strip()

STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CODE_LISTS_KOMMUN = "0180"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Mail is made and laid in the outbox; a test that sends it points at a server of its own.
MAIL_ON = True
