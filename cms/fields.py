"""A StreamField whose migrations do not repeat its blocks."""

from typing import Any

from wagtail.fields import StreamField


class BlocksField(StreamField):  # type: ignore[misc]
    """A StreamField that leaves its blocks out of migrations: blocks change often, the column never.

    In a migration's historical models the field knows no blocks, so a migration that edits the content must
    work on the stored JSON (`raw_data`), never save the field through a historical model.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The stream; it remembers the text it was read from, under which its parts can be kept."""
        stream = super().from_db_value(value, expression, connection)
        if isinstance(value, str):
            stream.stored_text = value
        return stream

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs

    def clone(self) -> "BlocksField":
        """A copy with its blocks, which `deconstruct` does not carry."""
        _name, _path, _args, kwargs = self.deconstruct()
        return type(self)(self.block_types_arg, **kwargs)
