"""Cart, order group, order: from the basket to an order a factory can answer.

Owns carts and their lines, the placing of orders (prices and totals frozen, stock set aside), the states of
an order and its payment state (written by payments through `record_payment_state`). A group is one checkout;
each supplier gets one order of it. May import sourcing, campaigns, catalog, clusters, companies, accounts, ui
and core; never fulfilment or payments: what they need comes as outbox events or they call actions here.
"""
