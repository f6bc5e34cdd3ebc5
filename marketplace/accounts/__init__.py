"""Users: who signs in. Companies, roles and rights come above."""
