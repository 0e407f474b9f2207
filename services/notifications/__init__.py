"""Planning, composing and claiming proactive messages."""
