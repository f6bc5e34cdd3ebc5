"""What a person may change about oneself."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProfileForm(forms.Form):
    """Name and language."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of mails and pages"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
