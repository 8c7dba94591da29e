"""The doors of WeChat and WeCom: verify, parse, normalise, send. Nothing is stored here."""
