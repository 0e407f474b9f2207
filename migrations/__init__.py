"""The schema's history: `runner` moves a database along it, `generate` writes the next step."""
