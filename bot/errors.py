"""Errors that people or programs outside see; each name is one business reason."""


class KaidianError(Exception):
    """Something we can explain. `message` says what to do next, in the reader's language."""

    code = "error"
    status = 400

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Faults(KaidianError):
    """Loaded data has faults. Lists every one, so that one round of mending is enough."""

    code = "faults"
    status = 422

    def __init__(self, what: str, faults: tuple[str, ...]) -> None:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"{what}：{len(faults)} 处不对\n{lines}", faults)


class BadInput(KaidianError):
    """The request cannot be read as the contract wants it."""

    code = "invalid_request"
    status = 422


class NotHere(BadInput):
    """Others read along: this is said to the person alone."""

    code = "not_in_a_room"


class TooLarge(KaidianError):
    """More text or bytes than the contract allows."""

    code = "too_large"
    status = 413


class NotAllowed(KaidianError):
    """No key, an unknown key, or a token that has run out."""

    code = "unauthorized"
    status = 401


class Forbidden(KaidianError):
    """The key is good, but its role may not do this."""

    code = "forbidden"
    status = 403


class NotFound(KaidianError):
    """Nothing of that name here, or nothing that the asker may see."""

    code = "not_found"
    status = 404


class Conflict(KaidianError):
    """The same message id arrived with other content, or the version is old."""

    code = "conflict"
    status = 409


class StorageLost(KaidianError):
    """The database cannot be reached. Nothing was changed; the same request may be sent again."""

    code = "storage_unavailable"
    status = 503


class IndexMismatch(KaidianError):
    """The index was built with another embedding model, so its vectors cannot be compared."""

    code = "index_mismatch"
    status = 503


class SchemaRefused(KaidianError):
    """The tables of the database are not ours, or of a version that we cannot work with."""

    code = "schema_refused"
    status = 503
