"""From accepted order to goods on the road: acceptance by the supplier, shipments in part or whole."""
