"""Handing a portal over to an operator company, and taking it back: rights and deed in one transaction.

Wagtail reads rights at every request, so both are effective at the next one. What an operator may do is
granted to one group per cluster; the company's members with the right to operate are in it.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from marketplace.accounts.models import User
from marketplace.companies.models import Company, Membership
from marketplace.companies.rules import CAPABILITIES
from marketplace.core import clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import IllegalTransition

from .errors import NotAnOperator, PortalMissing
from .models import Cluster, Handover
from .queries import forget_cluster_lines
from .rules import CLUSTER_TRANSITIONS, MEDIA_RIGHTS, PAGE_RIGHTS, group_name, rights_granted
from .tree import collection_of, portal_pages


@transaction.atomic
def hand_over(*, acting_user: Actor, cluster: Cluster, operator: Company, reason: str = "") -> Handover:
    """Let `operator` tend the cluster's portal. Returns the deed.

    Raises NotAnOperator, PortalMissing, and IllegalTransition when another company has it; nothing changes.
    """
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    if not operator.is_operator or operator.state != Company.State.APPROVED:
        raise NotAnOperator
    pages = list(portal_pages(cluster.code))
    if not pages:
        raise PortalMissing
    moved = states.transition(
        cluster,
        Cluster.State.HANDED_OVER,
        table=CLUSTER_TRANSITIONS,
        actor=acting_user,
        reason=reason,
        company_id=operator.pk,
        action="portal.handed_over",
        operator=operator,
    )
    if not moved:
        # The same step arriving twice is one deed; another company's would have to take it back first.
        deed = Handover.objects.get(cluster=cluster, until__isnull=True)
        if deed.operator_id != operator.pk:
            raise IllegalTransition(current=cluster.state, wanted=Cluster.State.HANDED_OVER)
        return deed
    group = _grant(cluster.code, pages)
    group.user_set.set(_operators(operator))
    deed = Handover.objects.create(
        cluster=cluster,
        operator=operator,
        rights=rights_granted(),
        signed_by_id=acting_user.pk,
        reason=reason,
    )
    outbox.publish("portal.handed_over", {"cluster": cluster.pk, "operator": operator.pk}, key=str(deed.pk))
    transaction.on_commit(forget_cluster_lines)
    return deed


@transaction.atomic
def take_back(*, acting_user: Actor, cluster: Cluster, reason: str) -> Handover:
    """End the handover and every right with it. Returns the ended deed; IllegalTransition without one."""
    cluster = Cluster.objects.select_for_update().get(pk=cluster.pk)
    deed = Handover.objects.filter(cluster=cluster).order_by("-pk").first()
    moved = states.transition(
        cluster,
        Cluster.State.TAKEN_BACK,
        table=CLUSTER_TRANSITIONS,
        actor=acting_user,
        reason=reason,
        company_id=deed.operator_id if deed else None,
        action="portal.taken_back",
        operator=None,
    )
    if deed is None:
        raise IllegalTransition(current=cluster.state, wanted=Cluster.State.TAKEN_BACK)
    if not moved:
        return deed
    _withdraw(cluster.code)
    deed.until = clock.now()
    deed.save(update_fields=["until"])
    outbox.publish(
        "portal.taken_back", {"cluster": cluster.pk, "operator": deed.operator_id}, key=str(deed.pk)
    )
    transaction.on_commit(forget_cluster_lines)
    return deed


@transaction.atomic
def refresh_operators(*, company: Company) -> None:
    """Put the company's present members into the groups of its portals; after any change of members."""
    codes = Cluster.objects.filter(operator=company, state=Cluster.State.HANDED_OVER).values_list(
        "code", flat=True
    )
    for group in Group.objects.filter(name__in=[group_name(code) for code in codes]):
        group.user_set.set(_operators(company))


def _operators(company: Company) -> QuerySet[User]:
    """Active members whose role holds the right to operate."""
    roles = [role for role, held in CAPABILITIES.items() if "operate" in held]
    return User.objects.filter(
        is_active=True,
        memberships__company=company,
        memberships__role__in=roles,
        memberships__state=Membership.State.ACTIVE,
    )


def _permissions(app_label: str, model: str, rights: Iterable[str]) -> QuerySet[Permission]:
    names = [f"{right}_{model}" for right in rights]
    return Permission.objects.filter(content_type__app_label=app_label, codename__in=names)


def _grant(code: str, pages: Iterable[Page]) -> Group:
    """The cluster's group with exactly the rights of a handover."""
    group, _made = Group.objects.get_or_create(name=group_name(code))
    _clear(group)
    group.permissions.set(
        Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    page_rights = _permissions("wagtailcore", "page", PAGE_RIGHTS)
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page=page, permission=right)
            for page in pages
            for right in page_rights
        ]
    )
    collection: Collection = collection_of(code)
    media = _permissions("wagtailimages", "image", MEDIA_RIGHTS) | _permissions(
        "wagtaildocs", "document", MEDIA_RIGHTS
    )
    GroupCollectionPermission.objects.bulk_create(
        [GroupCollectionPermission(group=group, collection=collection, permission=right) for right in media]
    )
    return group


def _clear(group: Group) -> None:
    GroupPagePermission.objects.filter(group=group).delete()
    GroupCollectionPermission.objects.filter(group=group).delete()
    group.permissions.clear()
    group.user_set.clear()


def _withdraw(code: str) -> None:
    for group in Group.objects.filter(name=group_name(code)):
        _clear(group)
