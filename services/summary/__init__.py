"""HR's weekly summary, what it stores, the drill-down, the manager's view, suggestions."""
