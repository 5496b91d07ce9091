"""A simulated company with planted truths."""
