"""The web process. It refuses to start with a configuration that a check calls an error."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.checks import refuse_unsafe_start  # noqa: E402 - needs the loaded applications

refuse_unsafe_start()
