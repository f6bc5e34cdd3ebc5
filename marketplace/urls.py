"""Every address of the site. Shop pages exist twice: for the whole market, and inside a portal."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, register_converter
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from marketplace import providers  # noqa: F401 - registers what the frame shows
from marketplace.core.ids import PublicIdConverter

register_converter(PublicIdConverter, "pid")

handler400 = "marketplace.ui.error_pages.bad_request"
handler403 = "marketplace.ui.error_pages.permission_denied"
handler404 = "marketplace.ui.error_pages.page_not_found"
handler500 = "marketplace.ui.error_pages.server_error"

_Patterns = list[URLPattern | URLResolver]

# What a reader does without leaving a portal: find, look, ask, order.
shop: _Patterns = [
    path("find/", include("search.urls")),
    path("listings/", include("marketplace.catalog.urls")),
    path("suppliers/", include("search.suppliers.urls")),
    path("ask/", include("marketplace.sourcing.urls")),
    path("", include("marketplace.orders.urls")),
    path("", include("payments.urls")),
]

urlpatterns: _Patterns = [
    path("", include("marketplace.core.urls")),
    path("hooks/", include("payments.hook_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

urlpatterns += i18n_patterns(
    path("account/", include("marketplace.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("", include("marketplace.ui.urls")),
    path("desk/search/", include("search.report.desk_urls")),
    path("desk/", include("marketplace.fulfilment.urls")),
    path("inbox/", include("marketplace.notifications.urls")),
    path("staff/search/", include("search.report.staff_urls")),
    path("staff/search/", include("search.curation.urls")),
    path("staff/", include("marketplace.dashboards.urls")),
    *shop,
    path("<slug:portal_code>/", include((shop, "portal"), namespace="portal")),
    path("", include("cms.urls")),
    prefix_default_language=False,
)

if settings.DEMO_PAGES:
    from django.conf.urls.static import static

    urlpatterns = [
        path("dev/mailbox/", include("marketplace.notifications.mailbox_urls")),
        *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
        *urlpatterns,
    ]
