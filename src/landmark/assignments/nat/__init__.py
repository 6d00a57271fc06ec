"""Translations of addresses and ports: what such records have in common."""
