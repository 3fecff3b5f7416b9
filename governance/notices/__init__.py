"""What people are told, as data, and who tells it. See docs/notices.md."""
