"""Migrate, seed and index in one process: loading the project takes seconds and is paid once.

Run in the project's environment; every step may be repeated without harm.
"""

import os

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()
call_command("migrate", verbosity=0)
call_command("seed")
