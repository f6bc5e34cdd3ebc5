"""Where a cluster lives in Wagtail: its portal's pages, one per language, and its collection of media.

The rule that ties them together, without a table of its own: a portal's page stands right below a home page
and carries the cluster's code as slug, in every language; the collection stands right below the root and
carries the code as name.
"""

from django.db.models import QuerySet
from wagtail.models import Collection, Page

# The root of the tree has depth 1, a home page 2, a portal 3.
PORTAL_DEPTH = 3


def portal_pages(code: str) -> QuerySet[Page]:
    """The portal's page in every language, published or not."""
    pages: QuerySet[Page] = Page.objects.filter(depth=PORTAL_DEPTH, slug=code)
    return pages


def find_collection(code: str) -> Collection | None:
    """The cluster's collection, if it has one."""
    found: Collection | None = Collection.objects.filter(depth=2, name=code).first()
    return found


def collection_of(code: str) -> Collection:
    """The cluster's collection, made when it has none. Call it inside a transaction."""
    found = find_collection(code)
    if found is None:
        root = Collection.get_first_root_node()
        found = root.add_child(name=code)
    return found
