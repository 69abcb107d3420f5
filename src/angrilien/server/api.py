"""The routes, and nothing but them: read bytes, call the service, give bytes back."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from angrilien.server.answers import Signed
from angrilien.server.limits import MAX_INTRODUCTION, MAX_REGISTRATION, Stalled, TooLarge, read_body
from angrilien.server.service import Rejected, Service
from angrilien.wire.answer import MEDIA_TYPE
from angrilien.wire.dsse import HEADER
from angrilien.wire.push import MAX_BODY
from angrilien.wire.request import KEYS_HEADER, REQUEST_HEADER

_LOG = logging.getLogger(__name__)
_BUSY_SECONDS: Final = 30


def make_app(service: Service) -> FastAPI:
    """Return the ASGI application of a server."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        service.database.close()

    app = FastAPI(
        title="Angrilien", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.state.service = service

    @app.post("/v1/push")
    async def push(request: Request) -> Response:
        header = request.headers.get(HEADER)
        # Before the body: nobody unknown makes us read a megabyte.
        key = await run_in_threadpool(service.find_key, header)
        body = await read_body(request, MAX_BODY)
        return _signed(
            await run_in_threadpool(service.push, body, header, key, known=_known(request))
        )

    @app.get("/v1/contact")
    async def contact(request: Request) -> Response:
        headers = request.headers
        return _signed(
            await run_in_threadpool(
                service.contact,
                headers.get(REQUEST_HEADER),
                headers.get(HEADER),
                known=_known(request),
            )
        )

    @app.post("/v1/incarnations")
    async def introduce(request: Request) -> Response:
        headers = request.headers
        body = await read_body(request, MAX_INTRODUCTION)
        return _signed(
            await run_in_threadpool(
                service.introduce,
                body,
                headers.get(REQUEST_HEADER),
                headers.get(HEADER),
                known=_known(request),
            )
        )

    @app.get("/v1/changes")
    async def changes(request: Request, inc: str, after: int) -> Response:
        headers = request.headers
        return _signed(
            await run_in_threadpool(
                service.own_changes,
                inc,
                after,
                headers.get(REQUEST_HEADER),
                headers.get(HEADER),
                known=_known(request),
            )
        )

    @app.post("/v1/boxes")
    async def boxes(request: Request) -> Response:
        headers = request.headers
        body = await read_body(request, MAX_REGISTRATION)
        return _signed(
            await run_in_threadpool(
                service.boxes,
                body,
                headers.get(REQUEST_HEADER),
                headers.get(HEADER),
                known=_known(request),
            )
        )

    @app.post("/v1/register")
    async def register(request: Request) -> Response:
        headers = request.headers
        body = await read_body(request, MAX_REGISTRATION)
        address = request.client.host if request.client else ""
        return _signed(
            await run_in_threadpool(
                service.register,
                body,
                headers.get(REQUEST_HEADER),
                headers.get(HEADER),
                address,
                known=_known(request),
            )
        )

    _tell_refusals(app, service)
    return app


def _tell_refusals(app: FastAPI, service: Service) -> None:
    """Make a small JSON answer of whatever is not a signed one."""

    @app.exception_handler(Rejected)
    async def _rejected(_request: Request, error: Rejected) -> Response:
        return _plain(error.status, error.code, retry_after=error.retry_after)

    @app.exception_handler(TooLarge)
    async def _too_large(_request: Request, _error: TooLarge) -> Response:
        return _plain(413, "too_large", close=True)

    @app.exception_handler(Stalled)
    async def _stalled(_request: Request, _error: Stalled) -> Response:
        return _plain(408, "too_slow", close=True)

    @app.exception_handler(ClientDisconnect)
    async def _cut(_request: Request, _error: ClientDisconnect) -> Response:
        service.cut_uploads += 1
        _LOG.info("an upload was cut, %d since the start", service.cut_uploads)
        return _plain(400, "cut", close=True)  # nobody reads it

    @app.exception_handler(OperationalError)
    async def _busy(_request: Request, error: OperationalError) -> Response:
        _LOG.warning("the database did not answer in time", exc_info=error)
        return _plain(503, "busy", retry_after=_BUSY_SECONDS)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        code = {404: "no_such_page", 405: "no_such_method"}.get(error.status_code, "bad_request")
        return _plain(error.status_code, code)


def _known(request: Request) -> int:
    """Return the number of the list of keys that the laptop says it has; each has the first."""
    told = request.headers.get(KEYS_HEADER, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 1


def _signed(signed: Signed) -> Response:
    # Always 200: proxies put pages of their own in the place of other statuses.
    return Response(
        signed.body,
        media_type=MEDIA_TYPE,
        headers={HEADER: signed.header, "Cache-Control": "no-store"},
    )


def _plain(status: int, code: str, *, retry_after: int = 0, close: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    if close:
        headers["Connection"] = "close"  # the rest of the body is not read
    return JSONResponse({"error": code}, status_code=status, headers=headers)
