"""Mail: files under the run-time folder unless a server is named; the demo shows them at /dev/mailbox/."""

from .env import VAR, env

MAIL_FOLDER = VAR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Chandi 产地 <post@chandi.test>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_mail = env.str("EMAIL_URL", "")
if _mail:
    _parsed = env.dj_email_url("EMAIL_URL")
    for _key, _value in _parsed.items():
        globals()[_key] = _value
    EMAIL_TIMEOUT = 10
else:
    MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_FOLDER)
