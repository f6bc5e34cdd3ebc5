"""Rules of the market and of towns: what is live, the draft, trying it, making it live, going back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of
from marketplace.core.errors import InvalidInput
from search.models import RuleVersion
from search.rulebook.live import book_with, forget

from .. import actions, queries
from ..errors import NoDraft, TooManyPins
from ..forms import DiscardForm, PublishForm, RuleForm, read_tried

State = RuleVersion.State


def _scope(request: HttpRequest, code: str) -> queries.Scope:
    return queries.scope_of(signed_in(request), acting_of(request), code)


@never_cache
@require_safe
@login_required
def rules(request: HttpRequest, scope: str) -> HttpResponse:
    """The live rules, the draft and all versions of one scope."""
    its = _scope(request, scope)
    draft = queries.version_in(its, State.DRAFT)
    live = queries.version_in(its, State.LIVE)
    context = {
        "scope": its,
        "live": live,
        "live_rules": queries.rules_of(live),
        "draft": draft,
        "draft_rules": queries.rules_of(draft),
        "versions": queries.versions_of(its),
        "scopes": queries.scopes() if its.is_staff else [],
    }
    return render(request, "search/curation/rules.html", context)


@require_POST
@login_required
def begin(request: HttpRequest, scope: str) -> HttpResponse:
    """Begin a draft with the rules that are live."""
    its = _scope(request, scope)
    actions.begin_draft(acting_user=signed_in(request), cluster=its.cluster)
    return redirect("curation:rules", its.code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rule(request: HttpRequest, scope: str, public_id: str = "") -> HttpResponse:
    """A rule of the draft: a new one, or one that is there."""
    its = _scope(request, scope)
    there = queries.draft_rule(its, public_id) if public_id else None
    form = RuleForm(request.POST or None, initial=_initial(there), cluster=its.cluster)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_rule(
                acting_user=signed_in(request),
                cluster=its.cluster,
                values=form.cleaned_data,
                public_id=public_id,
            )
        except InvalidInput as error:
            for name, sentence in error.fields.items():
                form.add_error(name, str(sentence))
        except TooManyPins as error:
            form.add_error("query", str(error))
        else:
            messages.success(request, _("The draft has the rule. Nothing is live yet."))
            return redirect("curation:rules", its.code)
    status = 422 if request.method == "POST" else 200
    context = {"scope": its, "form": form, "rule": there}
    return render(request, "search/curation/rule.html", context, status=status)


def _initial(there: Any) -> dict[str, Any]:
    if there is None:
        return {}
    names = ("kind", "query", "match", "position", "factor", "forms", "others", "language")
    known = {name: getattr(there, name) for name in (*names, "starts_on", "ends_on")}
    for name in ("listing", "supplier"):
        known[name] = getattr(there, name).public_id if getattr(there, name) else ""
    return {**known, "category": there.category.slug if there.category else ""}


@require_POST
@login_required
def remove(request: HttpRequest, scope: str, public_id: str) -> HttpResponse:
    """Take a rule out of the draft."""
    its = _scope(request, scope)
    actions.remove_rule(acting_user=signed_in(request), cluster=its.cluster, public_id=public_id)
    messages.success(request, _("Taken out of the draft."))
    return redirect("curation:rules", its.code)


@never_cache
@require_safe
@login_required
def preview(request: HttpRequest, scope: str) -> HttpResponse:
    """The draft beside what is live: the first ten of some queries, and the judged ones' figure."""
    return _preview(request, _scope(request, scope), PublishForm())


def _preview(request: HttpRequest, its: queries.Scope, form: PublishForm, status: int = 200) -> HttpResponse:
    draft = queries.version_in(its, State.DRAFT)
    tried = read_tried(request.GET) or queries.to_try(draft)
    context: dict[str, Any] = {"scope": its, "draft": draft, "queries": "\n".join(tried), "form": form}
    if draft is not None:
        context["tried"] = queries.try_draft(its, draft, tried)
        if its.cluster is None:
            context["quality"] = (queries.quality().mean, queries.quality(book_with(draft)).mean)
    return render(request, "search/curation/preview.html", context, status=status)


@require_POST
@login_required
def publish(request: HttpRequest, scope: str) -> HttpResponse:
    """Make the draft live."""
    its = _scope(request, scope)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _preview(request, its, form, status=422)
    note = form.cleaned_data["note"]
    version = actions.publish_draft(acting_user=signed_in(request), cluster=its.cluster, note=note)
    forget()  # this process shows it at once, the others within seconds
    messages.success(request, _("Version %(n)s is live.") % {"n": version.number})
    return redirect("curation:rules", its.code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def discard(request: HttpRequest, scope: str) -> HttpResponse:
    """Ask whether the draft is to be dropped with all its rules, and drop it."""
    its = _scope(request, scope)
    draft = queries.version_in(its, State.DRAFT)
    if draft is None:
        raise NoDraft
    form = DiscardForm(request.POST or None, initial={"draft": draft.public_id})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["draft"]
        actions.discard_draft(acting_user=signed_in(request), cluster=its.cluster, public_id=key)
        messages.success(request, _("The draft is gone. What is live stays live."))
        return redirect("curation:rules", its.code)
    context = {"scope": its, "draft": draft, "rules": queries.rules_of(draft), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "search/curation/discard.html", context, status=status)


@require_POST
@login_required
def restore(request: HttpRequest, scope: str, public_id: str) -> HttpResponse:
    """Make a former version live again."""
    its = _scope(request, scope)
    version = actions.restore_version(
        acting_user=signed_in(request), cluster=its.cluster, public_id=public_id
    )
    forget()  # this process shows it at once, the others within seconds
    messages.success(request, _("Version %(n)s is live.") % {"n": version.number})
    return redirect("curation:rules", its.code)
