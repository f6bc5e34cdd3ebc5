"""Notices in the app and by mail, driven only by the subscriptions table. Nothing below knows of them."""
