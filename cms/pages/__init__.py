"""The page types, one per file. `cms.models` gathers them for Django."""
