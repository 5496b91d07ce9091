"""The published snapshot: its gate, parts, ledger and metrics."""
