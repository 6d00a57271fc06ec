"""RADIUS accounting: packets, sessions and leases, whatever they are written in."""
