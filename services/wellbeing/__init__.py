"""Check-in, scoring, pulse, history, dashboard, steps, breathing, and words of despair."""
