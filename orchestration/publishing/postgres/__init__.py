"""The snapshot in PostgreSQL."""
