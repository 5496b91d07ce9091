"""Sources that are no files: fetched into the pull's payload, then read like files."""
