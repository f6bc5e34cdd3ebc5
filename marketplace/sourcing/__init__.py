"""Asking before buying: inquiries to a factory or to a town's team, and their threads.

Owns inquiries and their messages. May import campaigns, catalog, clusters, companies, accounts, ui and core.
"""
