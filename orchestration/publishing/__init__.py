"""Marts → snapshot → BI tools."""
