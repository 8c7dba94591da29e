"""What is wanted? Signals, rules over them, and learned examples for what they leave open."""

from bot.intents.learned import Examples
from bot.intents.recognise import Recognise

__all__ = ["Examples", "Recognise"]
