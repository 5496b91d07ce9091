"""Parts that pages are made of: tiles, tables, cells."""
