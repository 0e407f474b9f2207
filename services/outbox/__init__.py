"""The outbox: where every area leaves the messages that it wants sent, and takes them back."""
