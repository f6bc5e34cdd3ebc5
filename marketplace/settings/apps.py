"""What is installed, the middleware in its order, and how templates are found."""

ROOT_URLCONF = "marketplace.urls"
ASGI_APPLICATION = "marketplace.asgi.application"
WSGI_APPLICATION = "marketplace.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "marketplace.core",
    "marketplace.ui",
    "marketplace.accounts",
    "marketplace.companies",
    "clusters",
    "marketplace.catalog",
    "marketplace.campaigns",
    "marketplace.sourcing",
    "marketplace.orders",
    "marketplace.fulfilment",
    "search",
    "payments",
    "payments.ledger",
    "payments.credit",
    "cms",
    "marketplace.notifications",
    "marketplace.dashboards",
    "marketplace.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "django_htmx",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

# Every form of the site comes out in the house's markup; `django.forms` has the templates of its widgets.
FORM_RENDERER = "marketplace.ui.forms.Renderer"

# Order matters: bad encodings are refused before anything parses a body; the page cache answers anonymous
# readers before sessions, log-ins and languages are touched.
MIDDLEWARE = [
    "marketplace.core.middleware.RefuseBadRequests",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "marketplace.core.staticfiles.StaticFiles",
    "marketplace.core.middleware.SecurityHeaders",
    "marketplace.core.pagecache.AnonymousPageCache",
    "csp.middleware.CSPMiddleware",
    "cms.middleware.CmsContentSecurityPolicy",
    "marketplace.core.requestlog.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.ui.middleware.PreferredLanguage",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "marketplace.companies.middleware.Authentication",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "marketplace.accounts.middleware.SignInAnswers",
    "marketplace.core.ratelimits.RateLimits",
    "marketplace.companies.middleware.ActingCompany",
    "clusters.middleware.PortalOfRequest",
    "marketplace.ui.middleware.DressedErrors",
    "marketplace.core.middleware.Refusals",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.ui.context.frame",
            ],
            # Compiling costs more than rendering; the development server drops the cache on change.
            "loaders": [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]
