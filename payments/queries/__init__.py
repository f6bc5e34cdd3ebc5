"""Reads of payments, scoped to the acting company; staff reads in `books`.

Absent and not yours answer alike.
"""
