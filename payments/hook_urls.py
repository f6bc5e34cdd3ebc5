"""Where payment services call us; outside languages and portals."""

urlpatterns: list = []
