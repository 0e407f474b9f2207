"""The person: users, profile, settings, consent, access, their own data, permissions."""
