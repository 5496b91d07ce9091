"""Expectations → checks."""
