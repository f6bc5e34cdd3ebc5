"""Looking after search, for staff and operators: rules, why a result is here, judged queries, health."""
