"""Static files and uploads on local disk; both folders can be moved by settings."""

from .env import DEBUG, ROOT, TESTING, VAR, env

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", ROOT / "static_root")
MEDIA_URL = env.str("MEDIA_URL", "/media/")
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR / "media")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if DEBUG or TESTING else _MANIFEST},
}
WHITENOISE_USE_FINDERS = DEBUG
# Scanning a few thousand files at every start is for servers; a test makes many clients and few need a file.
WHITENOISE_AUTOREFRESH = TESTING
WHITENOISE_MAX_AGE = 3600
