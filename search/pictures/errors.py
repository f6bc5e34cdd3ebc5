"""What can be wrong with a picture, or with the address of one."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InvalidInput, NotFound, TemporarilyUnavailable


class NoPicture(InvalidInput):
    """No file was sent, or an empty one."""

    code = "no_picture"
    sentence = _("Choose a picture or take a photo.")


class PictureTooLarge(InvalidInput):
    """More bytes or more pixels than are taken."""

    code = "picture_too_large"
    sentence = _("This picture is too large: at most 8 MB and 25 megapixels.")


class NotAPicture(InvalidInput):
    """Something else, another kind of picture, or a broken file."""

    code = "not_a_picture"
    sentence = _("This is no picture we can read. Send a whole JPEG, PNG, WebP or AVIF file.")


class PictureGone(NotFound):
    """The address of a picture that is not kept, or of a listing whose picture nobody has looked at."""

    code = "picture_gone"
    sentence = _("This picture is no longer kept. Send it again to look for goods like it.")


class NoPictureSearch(TemporarilyUnavailable):
    """What serves now can't look for pictures."""

    code = "no_picture_search"
    sentence = _("Searching by picture does not work just now. Words do.")
