"""Rules of staff and operators as the site applies them to a question: read, kept, matched."""
