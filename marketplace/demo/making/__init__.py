"""Making the demo: pure plans of what shall exist (`goods`, `dice`) and what writes them (`places`, `people`, `stock`)."""
