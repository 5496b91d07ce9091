"""Runs of the daily job, and what is done to a workspace as a whole."""
