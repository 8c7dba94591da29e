"""Errors as the contract wants them: a code, a sentence that says what to do, no echo of input."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.errors import KaidianError

_TOLD = {
    404: ("not_found", "没有这个地址，请对照 /docs 检查路径"),
    405: ("method_not_allowed", "这个地址不支持这种请求方法，请对照 /docs"),
    415: ("unsupported_media_type", "请用 application/json 发送"),
}


def add_fault_handlers(app: FastAPI) -> None:
    """Every error leaves through one of these."""
    app.add_exception_handler(KaidianError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def fault_response(error: KaidianError) -> JSONResponse:
    """The answer for one of our own errors."""
    headers = {"Retry-After": "2"} if error.status == 503 else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _answer(error.status, error.code, error.message, list(error.details), headers)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KaidianError)
    return fault_response(error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # `loc` names our own fields; `input` and `ctx` would send back what we were sent.
    details = [
        {
            "field": ".".join(str(part) for part in fault["loc"] if part != "body"),
            "fault": fault["type"],
        }
        for fault in error.errors()
    ]
    return _answer(422, "invalid_request", "请求里有字段不对，详见 details 与 /docs", details)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    known = ("bad_request", "请求读不懂，请对照 /docs 检查")
    code, message = _TOLD.get(error.status_code, known)
    return _answer(error.status_code, code, message, [], dict(error.headers or {}))


def _answer(
    status: int, code: str, message: str, details: list[Any], headers: dict[str, str] | None = None
) -> JSONResponse:
    error = {"code": code, "message": message, "details": details}
    return JSONResponse({"error": error}, status, headers)
