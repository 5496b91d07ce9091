"""What every room may use: places, errors, files, locks, progress, days."""
