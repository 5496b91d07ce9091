"""Vendors' APIs: sessions, pages, exports."""
