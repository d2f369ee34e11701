#!/usr/bin/env python
"""Django's command line. Commands that change or judge the schema run as the owner of the database."""

import os
import sys

# Everything else, demo data included, runs under the application's own role and its limits.
OWNER_COMMANDS = {
    "dbshell",
    "generate_load",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
    "verify_audit",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("HUB_AS_OWNER", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
