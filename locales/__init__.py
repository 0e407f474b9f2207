"""The languages of the bot: each has a folder with its catalog."""

from pathlib import Path

LOCALES_PATH = Path(__file__).resolve().parent
_FOLDERS = {folder.name for folder in LOCALES_PATH.iterdir() if (folder / "LC_MESSAGES").is_dir()}
LOCALES = ("ru", "en", *sorted(_FOLDERS - {"ru", "en"}))
"""Russian and English first: names and promises may be given in both."""
