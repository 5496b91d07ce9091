"""A workspace's sources.yml: its form, and the input contract it is held to."""
