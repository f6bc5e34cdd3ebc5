"""Users and sign-in: e-mail and password, second factor offered to everyone."""

from .env import DEBUG, TESTING, env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "marketplace.accounts.passwords.MaximumLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    # A test signs in hundreds of times; the strong hasher has its own test.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {"signup": "marketplace.companies.forms.SignupForm"}
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_REDIRECT_URL = "accounts:welcome"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = (
    {
        "login": "60/m/ip",
        "login_failed": "20/m/ip,5/m/key",
        "signup": "10/h/ip",
        "reset_password": "20/m/ip,3/h/key",
    }
    if env.bool("RATE_LIMITS_ENABLED", True)
    else False
)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
_PASSKEYS = "marketplace.accounts.forms."
MFA_FORMS = {
    "add_webauthn": f"{_PASSKEYS}AddPasskeyForm",
    "edit_webauthn": f"{_PASSKEYS}EditPasskeyForm",
    "login_webauthn": f"{_PASSKEYS}LoginPasskeyForm",
    "reauthenticate_webauthn": f"{_PASSKEYS}ReauthenticatePasskeyForm",
    "authenticate_webauthn": f"{_PASSKEYS}AuthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "Chandi 产地"
