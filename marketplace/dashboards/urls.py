"""Staff pages that compose several apps."""

from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("", views.staff, name="staff"),
    path("orders/<pid:public_id>/", views.order, name="order"),
    path("audit/", views.audit_trail, name="audit"),
]
