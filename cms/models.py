"""The models of the window, gathered from their files."""

from .images import Picture, PictureRendition
from .pages.home import HomePage
from .pages.portal import PortalPage
from .pages.story import StoryPage

__all__ = ["HomePage", "Picture", "PictureRendition", "PortalPage", "StoryPage"]
