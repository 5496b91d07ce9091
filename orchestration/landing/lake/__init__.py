"""The immutable lake: writing, committing, reading what is committed."""
