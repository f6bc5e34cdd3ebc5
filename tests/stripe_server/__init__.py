"""A local, stateful, Stripe-compatible server for the demo and the tests. See README.md beside this file.

It imports nothing of the marketplace and nothing of the Stripe library: an independent second opinion on
what we send.
"""
