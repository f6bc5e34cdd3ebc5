"""Run inside a subject's own environment: `_count.py PATH ...`; needs nothing but Django there.

Asks each address twice as an anonymous reader, in one process through the whole of the middleware, and prints
for the second time, when what the process keeps is warm: {path: {"status", "queries", "bytes", "cookies"}}.
"""

import json
import sys

import django


def main(paths: list[str]) -> None:
    """Print one JSON object."""
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost", "accept": "text/html"})
    told = {}
    for path in paths:
        client.get(path)
        client.cookies.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        told[path] = {
            "status": answer.status_code,
            "queries": len(queries),
            "bytes": len(answer.content),
            "cookies": len(answer.cookies),
            "statements": [query["sql"] for query in queries],
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
