"""Where payment services call us; outside languages and portals."""

from django.urls import path

from . import webhooks

urlpatterns = [path("stripe/", webhooks.stripe, name="stripe_webhook")]
