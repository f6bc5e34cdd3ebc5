"""Choosing a listing for a shelf: only what is on sale, only of clusters whose portal the person tends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from marketplace.catalog.models import Listing
from marketplace.catalog.queries import on_sale
from marketplace.core.i18n import pick
from marketplace.ui.formats import format_price

from .rights import clusters_of


def choosable(user: Any) -> QuerySet[Listing]:
    """Listings the person may put on a shelf."""
    return on_sale().filter(cluster__in=clusters_of(user)).select_related("cluster", "factory")


def listing_title(listing: Listing) -> str:
    """How the admin names a listing: title and factory."""
    return f"{pick(listing, 'title')} · {pick(listing.factory, 'name')}"


class ListingFilter(BaseFilterForm):  # type: ignore[misc]
    """Search by words of the title, by factory or by id."""

    q = forms.CharField(
        label=_("Search term"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("Title, factory or number")}),
    )

    def filter(self, objects: QuerySet[Listing]) -> QuerySet[Listing]:
        objects = super().filter(objects)
        words = self.cleaned_data.get("q", "").split()
        if words:
            self.is_searching = True
            self.search_query = self.cleaned_data["q"]
        for word in words[:5]:
            objects = objects.filter(
                Q(title_zh__icontains=word)
                | Q(title_en__icontains=word)
                | Q(public_id=word.lower())
                | Q(factory__name_zh__icontains=word)
                | Q(factory__name_en__icontains=word)
            )
        return objects


class _Own:
    """Limits a chooser's view to the person's own clusters: another's listing looks like none."""

    request: Any

    def get_object_list(self) -> QuerySet[Listing]:
        return choosable(self.request.user).order_by("-sold_30d", "pk")

    def get_object(self, pk: str) -> Listing:
        if not pk.isdecimal():
            raise Listing.DoesNotExist
        return choosable(self.request.user).get(pk=pk)

    def get_objects(self, pks: list[str]) -> QuerySet[Listing]:
        return choosable(self.request.user).filter(pk__in=[pk for pk in pks if pk.isdecimal()])

    def get_display_title(self, instance: Listing) -> str:
        return listing_title(instance)


class _Table(_Own):
    filter_form_class = ListingFilter

    @property
    def title_column(self) -> TitleColumn:
        column = super().title_column  # type: ignore[misc]
        column.accessor = listing_title
        return column

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,
            Column("cluster", label=_("Cluster"), accessor=lambda row: pick(row.cluster, "name")),
            Column(
                "price",
                label=_("Price"),
                accessor=lambda row: format_price(row.base_price, row.currency, row.unit_en),
            ),
            Column("sold", label=_("Sold in 30 days"), accessor="sold_30d"),
        ]


class ChooseView(_Table, views.ChooseView):  # type: ignore[misc]
    """The modal."""


class ChooseResultsView(_Table, views.ChooseResultsView):  # type: ignore[misc]
    """Its list after searching or paging."""


class ChosenView(_Own, views.ChosenView):  # type: ignore[misc]
    """One was chosen."""


class ChosenMultipleView(_Own, views.ChosenMultipleView):  # type: ignore[misc]
    """Several were chosen."""


class ListingWidget(BaseChooser):  # type: ignore[misc]
    """Shows what is chosen by its title."""

    show_edit_link = False

    def get_display_title(self, instance: Listing) -> str:
        return pick(instance, "title")


class ListingChooserViewSet(ChooserViewSet):  # type: ignore[misc]
    """The chooser at /cms/choose-listing/."""

    model = Listing
    icon = "list-ul"
    choose_one_text = _("Choose a listing")
    choose_another_text = _("Choose another listing")
    page_title = _("Choose a listing")
    per_page = 12
    base_widget_class = ListingWidget
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView


listing_chooser = ListingChooserViewSet("choose_listing", url_prefix="choose-listing")
ListingChooserBlock = listing_chooser.get_block_class(name="ListingChooserBlock", module_path="cms.choosers")
