"""Addresses of this app."""

from django.urls import path

from .views import basket, orders

app_name = "orders"
urlpatterns = [
    path("basket/", basket.show, name="basket"),
    path("basket/add/", basket.add, name="add"),
    path("basket/change/", basket.change, name="change"),
    path("basket/remove/", basket.remove, name="remove"),
    path("basket/accept/", basket.accept, name="accept"),
    path("basket/aside/", basket.aside, name="aside"),
    path("orders/", orders.listing, name="list"),
    path("orders/groups/<pid:public_id>/", orders.group, name="group"),
    path("orders/<pid:public_id>/", orders.order, name="order"),
    path("orders/<pid:public_id>/cancel/", orders.cancel, name="cancel"),
]
