"""From a vendor's records to canonical rows: mapping and duplicates."""
