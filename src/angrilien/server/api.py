"""The routes, and nothing but them: read bytes, call the service, give bytes back."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, StreamingResponse

from angrilien.server.answers import Signed
from angrilien.server.asking import Asked, Rejected
from angrilien.server.errors import SendingRefused
from angrilien.server.limits import (
    BUSY_SECONDS,
    MAX_INTRODUCTION,
    MAX_REGISTRATION,
    MAX_SEALED,
    RETRY_SECONDS,
    Stalled,
    TooLarge,
    read_body,
)
from angrilien.server.sealed import take_file, take_part
from angrilien.server.service import Service
from angrilien.wire.answer import ANSWER_HEADER, MEDIA_TYPE
from angrilien.wire.dsse import HEADER
from angrilien.wire.push import MAX_BODY
from angrilien.wire.request import KEYS_HEADER, REQUEST_HEADER
from angrilien.wire.sealed import MAX_FILE

_LOG = logging.getLogger(__name__)


def make_app(service: Service) -> FastAPI:
    """Return the ASGI application of a server."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        retrying = asyncio.create_task(_retry(service))
        yield
        retrying.cancel()
        with suppress(asyncio.CancelledError):
            await retrying
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

    @app.put("/v1/blob/{digest}")
    async def blob(request: Request, digest: str, offset: int, size: int) -> Response:
        await run_in_threadpool(service.find_key, request.headers.get(HEADER))  # as for a push
        return await _ask(
            request, lambda asked: service.blob(asked, digest, offset, size), MAX_BODY
        )

    @app.post("/v1/incarnations")
    async def introduce(request: Request) -> Response:
        return await _ask(request, service.introduce, MAX_INTRODUCTION)

    @app.post("/v1/boxes")
    async def boxes(request: Request) -> Response:
        return await _ask(request, service.boxes, MAX_REGISTRATION)

    @app.post("/v1/register")
    async def register(request: Request) -> Response:
        return await _ask(request, service.register, MAX_REGISTRATION)

    _give_installers(app, service)
    _take_sealed(app, service)
    _answer_questions(app, service)
    _tell_refusals(app, service)
    return app


def _give_installers(app: FastAPI, service: Service) -> None:
    """Send installers to technicians: by an access key, not by a laptop's signature."""

    @app.get("/v1/installers/{venue}/{kind}")
    async def installer(request: Request, venue: str, kind: str) -> Response:
        key, address = _shown(request), _address(request)
        made = await run_in_threadpool(service.installer, key, address, venue, kind)
        return StreamingResponse(
            made.pieces,
            media_type="application/octet-stream",
            headers={
                "Content-Length": str(made.size),
                "Content-Disposition": f'attachment; filename="{made.name}"',
                # Each is another: it carries a code of its own.
                "Cache-Control": "no-store",
            },
        )


def _take_sealed(app: FastAPI, service: Service) -> None:
    """Take what somebody brings who is not its laptop; what is in it is signed by the laptop."""

    @app.post("/v1/sealed")
    async def sealed(request: Request) -> Response:
        part = await read_body(request, MAX_SEALED)
        address = _address(request)
        return _signed(await run_in_threadpool(take_part, service, part, address=address))

    @app.post("/v1/usb")
    async def usb(request: Request) -> Response:
        # Before the body: only a technician makes us read a whole file.
        await run_in_threadpool(service.technician, _shown(request), _address(request))
        body = io.BytesIO(await read_body(request, MAX_FILE))
        try:
            taken = await run_in_threadpool(take_file, service, body)
        except SendingRefused as error:
            return _plain(400, error.code)
        headers = {"Cache-Control": "no-store", "Angrilien-New": str(taken.new)}
        return Response(taken.receipt, media_type="application/octet-stream", headers=headers)


def _shown(request: Request) -> str:
    """Return the access key that a request shows, empty where it shows none."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return shown.strip() if scheme.lower() == "bearer" else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer_questions(app: FastAPI, service: Service) -> None:
    """Answer what a laptop asks without giving anything."""

    @app.get("/v1/contact")
    async def contact(request: Request) -> Response:
        return await _ask(request, service.contact)

    @app.get("/v1/held")
    async def held(request: Request) -> Response:
        return await _ask(request, service.held)

    @app.get("/v1/changes")
    async def changes(request: Request, inc: str, after: int) -> Response:
        return await _ask(request, lambda asked: service.own_changes(asked, inc, after))

    @app.get("/v1/bundle")
    async def bundle(request: Request, scope: str = "") -> Response:
        return await _ask(request, lambda asked: service.bundle(asked, scope))

    @app.get("/v1/pull")
    async def pull(request: Request, after: int) -> Response:
        return await _ask(request, lambda asked: service.pull(asked, after))


async def _retry(service: Service) -> None:
    """Try again from time to time what was held for a reason that passes by itself."""
    while True:
        await asyncio.sleep(RETRY_SECONDS)
        try:
            await run_in_threadpool(service.retry)
        except OperationalError:
            _LOG.warning("what is held could not be tried again: the database did not answer")


async def _ask(request: Request, verb: Callable[[Asked], Signed], most: int = 0) -> Response:
    """Read a request other than a push, of at most so many bytes, and answer it in a worker."""
    body = await read_body(request, most)
    query = request.scope["query_string"].decode("latin-1")
    asked = Asked(
        method=request.method,
        path=request.scope["path"] + (f"?{query}" if query else ""),
        body=body,
        statement=request.headers.get(REQUEST_HEADER),
        signature=request.headers.get(HEADER),
        address=_address(request),
        known=_known(request),
        tag=request.headers.get("if-none-match", "").strip('"'),
    )
    return _signed(await run_in_threadpool(verb, asked))


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
    @app.exception_handler(NoConnectionFree)
    async def _busy(_request: Request, error: SQLAlchemyError) -> Response:
        _LOG.warning("the database did not answer in time", exc_info=error)
        return _plain(503, "busy", retry_after=BUSY_SECONDS)

    @app.exception_handler(RequestValidationError)
    async def _malformed(_request: Request, _error: RequestValidationError) -> Response:
        return _plain(400, "bad_request")

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        code = {404: "no_such_page", 405: "no_such_method"}.get(error.status_code, "bad_request")
        return _plain(error.status_code, code)


def _known(request: Request) -> int:
    """Return the number of the list of keys that the laptop says it has; each has the first."""
    told = request.headers.get(KEYS_HEADER, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 1


def _signed(signed: Signed) -> Response:
    if signed.unchanged:
        # Nothing else stands in it: it is what a laptop is told four times a day.
        told = {ANSWER_HEADER: signed.body.decode("ascii"), HEADER: signed.header}
        return Response(status_code=304, headers=told)
    # Always 200: proxies put pages of their own in the place of other statuses.
    headers = {HEADER: signed.header, "Cache-Control": "no-store"}
    if signed.tag:
        headers["ETag"] = f'"{signed.tag}"'
    return Response(signed.body, media_type=MEDIA_TYPE, headers=headers)


def _plain(status: int, code: str, *, retry_after: int = 0, close: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    if close:
        headers["Connection"] = "close"  # the rest of the body is not read
    return JSONResponse({"error": code}, status_code=status, headers=headers)
