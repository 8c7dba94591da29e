"""The FastAPI application: routes by audience, one way in, one way for errors to go out."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from bot.http import (
    after_sales_calls,
    aftersales,
    cases,
    contract_page,
    conversations,
    demo,
    knowledge,
    metrics,
    orders,
    pages,
    people,
    plan,
    sandbox,
    shops,
    stream,
    todos,
    tools,
)
from bot.http.channels import channel_router
from bot.http.door import Door
from bot.http.faults import add_fault_handlers
from bot.http.parts import Parts


def build_app(house: Parts) -> FastAPI:
    """The application around one running Kaidian."""
    app = FastAPI(
        title="Kaidian 开店",
        version="0.1.0",
        summary="微信小店的开店与售后助手",
        lifespan=_working,
        # Those pages load their scripts from a public server; ours is in contract_page.
        docs_url=None,
        redoc_url=None,
    )
    app.state.parts = house
    for part in (  # the busiest first: a path is compared with one route after the other
        *(people, pages, stream, plan, knowledge, aftersales, orders, cases, conversations),
        *(shops, tools, todos, after_sales_calls, metrics, contract_page),
    ):
        app.include_router(part.router)
    if house.joined:
        app.include_router(channel_router(house.joined.doors))
    if house.settings.sandbox:
        app.include_router(sandbox.router)
        app.include_router(orders.sandbox)
    if house.demo:
        app.include_router(demo.router)
    add_fault_handlers(app)
    # Widgets sit on the shops' own pages; tokens travel in a header, so no cookie is at stake.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Server-Timing", "Idempotent-Replayed", "Retry-After"],
    )
    app.add_middleware(Door)
    return app


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    """While we answer requests, queues are worked on too; what was begun is finished at the end."""
    house: Parts = app.state.parts
    # A thread that nobody waits for: what it does is only faster, never needed.
    threading.Thread(target=house.warm, name="warm-up", daemon=True).start()
    stop = asyncio.Event()
    work = [asyncio.create_task(house.worker.run(stop))]
    if house.joined:
        work.append(asyncio.create_task(house.joined.run(stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*work)
        if house.joined:
            await house.joined.platforms.close()
