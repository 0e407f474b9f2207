"""What HR says and is asked: promises, notes, rounds, contact requests."""
