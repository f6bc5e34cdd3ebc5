"""Asking before buying: inquiries and their threads."""
