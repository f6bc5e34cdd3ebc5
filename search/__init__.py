"""Finding listings: one question, two engines, one answer.

Owns the index (what it holds, how it is kept fresh, rebuilt and checked), the reading of queries, and the
results page. Reads the spine and decides nothing in it; its own tables only say what still has to be
written to an index. Elasticsearch serves where a URL names it; the embedded engine serves otherwise, and
whenever Elasticsearch cannot.
"""
