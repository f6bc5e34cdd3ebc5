from django.apps import AppConfig


class SourcingConfig(AppConfig):
    name = "marketplace.sourcing"
    label = "sourcing"
