"""Search: the embedded engine, and Elasticsearch where a URL names it."""

from .env import TESTING, VAR, env

ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", "") or None
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", "") or None
ELASTICSEARCH_CA_CERTS = env.str("ELASTICSEARCH_CA_CERTS", "") or None
# Of an index made from now on: parts it is split into, and copies kept of each.
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", 1)
ELASTICSEARCH_REPLICAS = env.int("ELASTICSEARCH_REPLICAS", 0)
SEARCH_INDEX_PREFIX = env.str("SEARCH_INDEX_PREFIX", "chandi")
SEARCH_INDEX_DIR = VAR / "search"
SEARCH_CONNECT_TIMEOUT = 0.3
SEARCH_REQUEST_TIMEOUT = 1.0
# How old the table of suggestions in a process may be before it is read anew.
SEARCH_SUGGEST_SECONDS = 0 if TESTING else 300
# Lines of the search log wait here, on each host, until its worker takes them into the database.
SEARCH_LOG_DIR = VAR / "searchlog"
# How often a process looks whether other rules of staff and operators are live.
SEARCH_RULES_SECONDS = 3
