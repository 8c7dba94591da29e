"""Pictures as evidence: what counts as one, by its bytes; names and types are only claims."""

PICTURE_BYTES = 10_000_000
"""As large as one may be (api.md)."""


def picture_kind(data: bytes) -> str | None:
    """jpeg, png or webp by the bytes that open and close such files, else None."""
    if data[:3] == b"\xff\xd8\xff" and len(data) > 100:
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None
