"""HR's weekly summary in words, screens and files, and the manager's view."""
