"""How the lexicon is written: alternatives line by line, with room for remarks."""


def any_of(lines: str) -> str:
    """One pattern for any of the lines. A line may hold several alternatives; `#` begins a remark;
    `+ ` continues the line above.
    """
    said: list[str] = []
    for line in (raw.strip() for raw in lines.splitlines()):
        if line.startswith("+ "):
            said[-1] += line[2:]
        elif line and not line.startswith("#"):
            said.append(line)
    return "|".join(said)
