"""What a person may change about oneself."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _


class ProfileForm(forms.Form):
    """Name and language."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of mails and pages"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )


class CredentialField(forms.JSONField):
    """What a browser says of a passkey; anything else is a wrong code, however deep or odd."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except RecursionError:
            found = ""
        if found is not None and not isinstance(found, dict):
            raise get_adapter().validation_error("incorrect_code")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing of it is typed by a person, so nothing of it comes back."""
        return None


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey with a name."""

    name = forms.CharField(required=False, max_length=100)
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class EditPasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=100)


class _UsePasskey:
    """Signing in with a passkey: what is no answer of one is a wrong code."""

    def clean_credential(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class LoginPasskeyForm(_UsePasskey, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Sign in with a passkey."""

    credential = CredentialField()


class ReauthenticatePasskeyForm(_UsePasskey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Show with a passkey that one is still oneself."""

    credential = CredentialField()


class AuthenticatePasskeyForm(_UsePasskey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey as second factor."""

    credential = CredentialField()
