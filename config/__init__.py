"""Start of the process: settings, addresses, task queue and the checks that refuse an unsafe start."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
