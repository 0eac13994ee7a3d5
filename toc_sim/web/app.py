"""What the server answers: two pages, and what the engine says of one scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toc_sim.lesson.lesson_page import BuiltPage
from toc_sim.web.asked import Refusal, asked
from toc_sim.web.guard import App, Guard, body_of
from toc_sim.web.offer import Offer
from toc_sim.web.worker_pool import WorkerPool


def application(
    pages: Mapping[str, BuiltPage], allowed: Offer, pool: WorkerPool, port: int
) -> App:
    """Return the application: pages by path, and ``POST /answer``.

    Parameters
    ----------
    pages
        By path; nothing else can be read, whatever a path looks like.
    allowed
        What may be asked.
    pool
        Who simulates it.
    port
        Where the server listens: it answers under this address alone.
    """
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.responses import Response
    from starlette.routing import Route

    async def answer(request: Any) -> Any:
        wanted = asked(await body_of(request.headers, request.receive), allowed)
        status, body = await pool.answer(wanted)
        return Response(body, status, media_type="application/json")

    async def refused(_request: Any, refusal: Any) -> Any:
        headers = {"retry-after": "1"} if refusal.reason == "busy" else None
        return Response(refusal.body(), refusal.status, headers, "application/json")

    async def missing(request: Any, error: Any) -> Any:
        refusal = Refusal(error.status_code, "bad", error.detail.lower())
        return await refused(request, refusal)

    routes = [
        Route("/answer", answer, methods=["POST"]),
        *(Route(path, _sends(each), methods=["GET"]) for path, each in pages.items()),
    ]
    app = Starlette(
        routes=routes, exception_handlers={Refusal: refused, HTTPException: missing}
    )
    app.router.redirect_slashes = False
    return Guard(app, port)


def _sends(page: BuiltPage) -> Any:
    """Return what answers with a page."""
    from starlette.responses import Response

    policy = {"content-security-policy": f"{page.policy}; frame-ancestors 'none'"}

    async def send(_request: Any) -> Any:
        return Response(page.html, headers=policy, media_type="text/html")

    return send
