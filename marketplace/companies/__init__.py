"""Companies, members and roles, suppliers, and the company in whose name a request acts."""
