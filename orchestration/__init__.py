"""The Dagster code location of the Onboarding Health Index: thin shells around pure functions."""

__version__ = "0.1.0"
