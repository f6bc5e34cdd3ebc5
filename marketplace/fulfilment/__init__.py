"""From accepted order to goods received: the supplier's answer, shipments in part or whole, the receipt.

Owns shipments. Each takes its share of the order's net, VAT and freight by the cumulative rule, so that the
one that completes the order closes it exactly; payments issues one invoice for each. May import orders and
all below it, never payments: what payments needs comes as `shipment.handed_over`, `order.rejected` and
`order.rest_cancelled`.
"""
