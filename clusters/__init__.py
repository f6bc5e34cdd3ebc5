"""Clusters (产业带), their factories, and the handover of a portal and the rights it grants."""
