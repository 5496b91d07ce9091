"""Outside world → lake. Vendor shape stops here."""
