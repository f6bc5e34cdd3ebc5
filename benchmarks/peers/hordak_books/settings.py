"""django-hordak on PostgreSQL as its documentation sets it up, with database connections kept."""

import os

SECRET_KEY = "benchmark"
DEBUG = False
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["PEER_PG_HOST"],
        "PORT": os.environ["PEER_PG_PORT"],
        "NAME": os.environ["PEER_PG_NAME"],
        "USER": os.environ["PEER_PG_USER"],
        "CONN_MAX_AGE": None,
    }
}
DEFAULT_CURRENCY = "EUR"
CURRENCIES = ["EUR"]
