"""The Django project and the trade spine. See docs/architecture.md for what may import what."""
