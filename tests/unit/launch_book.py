"""The shipped launch book and guide, loaded once for the unit tests."""

from knowledge.guide import load_guide
from knowledge.launch.book import load_launch

GUIDE = load_guide()
BOOK = load_launch(GUIDE)
