"""Secrets, hosts, cookies, Content-Security-Policy. Production refuses to boot on demo values."""

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .env import DEBUG, env

_DEMO_KEY = "demo-only-" + "not-a-secret-" * 4
SECRET_KEY = env.str("SECRET_KEY", _DEMO_KEY if DEBUG else "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
if not DEBUG and (not SECRET_KEY or SECRET_KEY.startswith("demo-only-")):
    raise ImproperlyConfigured("Set SECRET_KEY: the demo key is refused when CHANDI_DEBUG is off.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# Where the site is reached from outside, for links in mails and return addresses of payment pages.
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

_HTTPS = env.bool("HTTPS", not DEBUG)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# W019 asks for DENY; Wagtail shows the preview of a page in a frame of our own.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_FAILURE_VIEW = "marketplace.ui.error_pages.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
if _HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "form-action": [SELF, *env.list("CSP_FORM_ACTION", ["https://checkout.stripe.com"])],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# One uploaded file (RELIABILITY B67) and the whole body of a request (B40).
UPLOAD_MAX_BYTES = 10_000_000
BODY_MAX_BYTES = 25_000_000

# Requests allowed per key and window: name -> (count, seconds). RELIABILITY §9.
RATE_LIMITS_ENABLED = env.bool("RATE_LIMITS_ENABLED", True)
RATE_LIMITS = {
    "pages": (600, 60),
    "search": (60, 60),
    "search-signed-in": (300, 60),
    "suggest": (240, 60),
    "picture": (30, 600),
    "save-search": (30, 3600),
    "checkout": (10, 60),
    "inquiry": (20, 3600),
    "upload": (60, 3600),
    "export": (10, 3600),
}

# Places at which a test ends the process (core/failpoints.py); never outside demo and tests.
FAILPOINT: list[str] = env.list("FAILPOINT", [])
if FAILPOINT and not DEBUG:
    raise ImproperlyConfigured("FAILPOINT is for tests; it is refused when CHANDI_DEBUG is off.")
