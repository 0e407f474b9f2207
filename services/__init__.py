"""What the bot knows: pure logic and asynchronous SQLAlchemy. Nothing here knows of Telegram."""
