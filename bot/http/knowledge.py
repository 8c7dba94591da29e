"""For operators: what is known, why a passage was found, what nobody could answer."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, File, Query, UploadFile

from bot.errors import BadInput, NotFound
from bot.http.parts import House, Operating, Parts
from bot.messages import TEXT_LIMIT, clean
from knowledge.documents import Document
from retrieval.rank import Hit
from retrieval.search import Scope

router = APIRouter(prefix="/api/knowledge", tags=["knowledge"])

Shop = Annotated[str | None, Query(max_length=128)]


@router.get("/search")
async def search(
    house: House,
    who: Operating,
    q: Annotated[str, Query(max_length=TEXT_LIMIT)],
    k: Annotated[int, Query(ge=1, le=50)] = 5,
    shop: Shop = None,
) -> dict[str, Any]:
    """Why would a passage be found? The same search that answers questions."""
    scope = await _scope(house, who, shop)
    text = clean(q)
    finder = house.knowledge.search
    vector = await asyncio.to_thread(finder.embedder.query, text)
    hits = await asyncio.to_thread(finder.find, text, vector, scope, k)
    return {
        "answerable": house.answerable(hits),
        "passages": [_hit(hit) for hit in hits if hit.passage.kind != "gap"],
    }


@router.get("/documents")
async def list_documents(house: House, who: Operating, shop: Shop = None) -> dict[str, Any]:
    """The shop's own documents; without a shop, the shared guide."""
    name = await _shop(house, who, shop)
    found = await asyncio.to_thread(house.knowledge.documents, name)
    return {"items": [_document(document) for document in found], "next": None}


@router.post("/documents", status_code=202)
async def upload(
    house: House,
    who: Operating,
    later: BackgroundTasks,
    files: Annotated[list[UploadFile], File(max_length=50)],
    shop: Shop = None,
) -> dict[str, str]:
    """Add files; a broken one is reported by name and reason and harms nothing else."""
    name = await _shop(house, who, shop)
    if not name:
        raise BadInput("请写明 shop：上传的文档属于一个店铺")
    read = [(clean(file.filename or "未命名")[:150], await file.read()) for file in files]
    job = house.knowledge.start_job()
    later.add_task(house.knowledge.run_job, job, name, read)
    return {"job": job.id}


@router.delete("/documents")
async def remove(
    house: House,
    who: Operating,
    document: Annotated[str, Query(min_length=1, max_length=200)],
    shop: Shop = None,
) -> dict[str, bool]:
    """Forget one of the shop's documents, by its name."""
    name = await _shop(house, who, shop)
    if not name:
        raise BadInput("请写明 shop：共用指南改文件，不在这里删")
    await asyncio.to_thread(house.knowledge.remove, name, clean(document))
    return {"ok": True}


@router.get("/jobs/{job_id}")
async def job(
    house: House, _who: Operating, job_id: Annotated[str, "from the upload's answer"]
) -> dict[str, Any]:
    """How far an upload is, and what was wrong with which file."""
    found = house.knowledge.job(job_id)
    return {
        "status": found.status,
        "done": found.done,
        "total": found.total,
        "faults": found.faults,
    }


@router.get("/unanswered")
async def unanswered(
    house: House,
    who: Operating,
    shop: Shop = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """Questions that found no answer, newest first: what the knowledge still lacks."""
    name = await _shop(house, who, shop)
    rows = await asyncio.to_thread(house.store.unanswered, name, limit)
    items = [{"text": r["text"], "at": r["at"].isoformat(), "shop": r["shop"]} for r in rows]
    return {"items": items, "next": None}


async def _shop(house: Parts, who: Operating, shop: str | None) -> str:
    """The shop to act on; '' is the shared guide. Raises NotFound for an unknown one."""
    name = who.for_shop(clean(shop) if shop is not None else None)
    if name and await asyncio.to_thread(house.store.shop, name) is None:
        raise NotFound("没有这个店铺")
    return name


async def _scope(house: Parts, who: Operating, shop: str | None) -> Scope:
    name = await _shop(house, who, shop)
    return house.scope(name) if name else Scope("", guide=True)


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "text": passage.text,
        "document": passage.document,
        "section": passage.path,
        "score": round(hit.score, 4),
        "why": hit.why,
        "kind": passage.kind,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "title": document.title,
        "passages": len(document.passages),
        "digest": document.digest,
    }
