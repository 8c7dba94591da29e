"""How the lexicon is written: alternatives line by line, with room for remarks."""


def any_of(lines: str) -> str:
    """One pattern for any of the lines; each may hold several alternatives; `#` begins a remark."""
    said = (line.strip() for line in lines.splitlines())
    return "|".join(line for line in said if line and not line.startswith("#"))
