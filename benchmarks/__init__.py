"""Comparisons with the peers, measured in one run on one machine: ratios, never promises of seconds."""
