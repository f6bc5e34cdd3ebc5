"""Text analysis shared by both engines: normalising, tokens, pinyin, synonyms, spelling, and reading of
queries.

Imports nothing of the project and no engine, so that documents and queries go through one and the same code.
"""
