from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "payments.credit"
    label = "credit"
