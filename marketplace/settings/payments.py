"""Card payments and the policy set in force. Without a key, a local Stripe-compatible server is expected."""

from django.core.exceptions import ImproperlyConfigured

from .env import DEBUG, env

STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "sk_test_local" if DEBUG else "")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "http://127.0.0.1:8420" if DEBUG else "") or None
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "whsec_local" if DEBUG else "")
if not DEBUG and (STRIPE_SECRET_KEY.startswith("sk_test") or not STRIPE_SECRET_KEY):
    raise ImproperlyConfigured("Set STRIPE_SECRET_KEY: a test key is refused when CHANDI_DEBUG is off.")
if not DEBUG and STRIPE_WEBHOOK_SECRET in ("", "whsec_local"):
    raise ImproperlyConfigured("Set STRIPE_WEBHOOK_SECRET: webhooks without a secret are refused.")

# Policies are data (MONEY.md): "cn" or "eu".
PAYMENT_POLICY = env.str("PAYMENT_POLICY", "cn")
