"""Welcome after sign-up, and the page about oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .actions import change_profile
from .forms import ProfileForm
from .queries import has_second_factor
from .requests import signed_in


@require_safe
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """First page after sign-up: the second factor is offered, and where to begin."""
    return render(request, "accounts/welcome.html", {"secured": has_second_factor(signed_in(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Name and language, and the doors to password, second factor and sessions."""
    user = signed_in(request)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        change_profile(acting_user=user, user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    status = 422 if request.method == "POST" else 200
    return render(
        request, "accounts/me.html", {"form": form, "secured": has_second_factor(user)}, status=status
    )
