from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"

    def ready(self) -> None:
        from marketplace.core import pagecache

        from .log.noting import note_again

        pagecache.on_hit.append(note_again)
