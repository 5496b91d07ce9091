"""Pseudonyms, free texts without personal data, erasure."""
