"""Reviews of a month or quarter."""
