"""Addresses of this app."""

from django.urls import path

from . import views

app_name = "fulfilment"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("orders/<pid:public_id>/", views.order, name="order"),
    path("orders/<pid:public_id>/accept/", views.accept, name="accept"),
    path("orders/<pid:public_id>/refuse/", views.refuse, name="refuse"),
    path("orders/<pid:public_id>/ship/", views.ship, name="ship"),
    path("orders/<pid:public_id>/rest/", views.rest, name="rest"),
    path("orders/<pid:public_id>/parcels/", views.parcels, name="parcels"),
    path("orders/<pid:public_id>/received/", views.received, name="received"),
]
