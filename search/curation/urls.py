"""Addresses of those who look after search, under /staff/search/."""

from django.urls import URLPattern, path

from .views import health, judged, rules, suggestions, why

app_name = "curation"
urlpatterns: list[URLPattern] = [
    path("health/", health.health, name="health"),
    path("health/rebuild/", health.rebuild, name="rebuild"),
    path("health/check/", health.check, name="check"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/<pid:public_id>/show/", suggestions.show, name="show_suggestion"),
    path("why/<pid:public_id>/", why.why, name="why"),
    path("judged/", judged.judged, name="judged"),
    path("judged/<pid:public_id>/", judged.judge, name="judge"),
    path("rules/<slug:scope>/", rules.rules, name="rules"),
    path("rules/<slug:scope>/draft/", rules.begin, name="begin"),
    path("rules/<slug:scope>/preview/", rules.preview, name="preview"),
    path("rules/<slug:scope>/publish/", rules.publish, name="publish"),
    path("rules/<slug:scope>/discard/", rules.discard, name="discard"),
    path("rules/<slug:scope>/new/", rules.rule, name="new_rule"),
    path("rules/<slug:scope>/<pid:public_id>/", rules.rule, name="rule"),
    path("rules/<slug:scope>/<pid:public_id>/remove/", rules.remove, name="remove"),
    path("rules/<slug:scope>/<pid:public_id>/restore/", rules.restore, name="restore"),
]
