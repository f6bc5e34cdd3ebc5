"""What people see: the frame, the parts, the tokens, and how numbers are written.

Owns `ui/base.html`, the stylesheet, the icon sprite, the parts in `ui/parts/` (each with an example in
`gallery.py`), number and date formats, colours, plots and the map. Imports only `marketplace.core`.

Pages for anonymous readers set no cookie, so that one stored copy serves all of them: the frame holds no
form that posts and asks for no CSRF token unless someone is signed in. A page that offers an anonymous
reader something to send links to the page with the form (`account_login` with `next`) instead.
"""
