"""The one path of an operator's act. What changes knowledge goes through here."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.conversation import Vector
from bot.errors import BadInput, KaidianError, NotFound
from knowledge.documents import GUIDE, Document, DocumentTable
from knowledge.read import blocks_of, decode
from knowledge.split import make_document
from retrieval.index import Index, Indexed, Progress, silent
from retrieval.search import Scope, Search

JOBS_KEPT = 200


@dataclass(slots=True)
class Job:
    """An upload on its way into the index. A broken file harms nothing else."""

    id: str
    status: Literal["running", "done", "failed"] = "running"
    done: int = 0
    total: int = 0
    faults: list[dict[str, str]] = field(default_factory=list)


class Knowledge:
    """Documents in, documents out, and a search that knows of them."""

    def __init__(self, index: Index, search: Search, table: DocumentTable) -> None:
        self._index = index
        self._table = table
        self._writing = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self.search = search

    def start_job(self) -> Job:
        """A job to be run by `run_job`; the oldest are forgotten."""
        job = Job(uuid.uuid4().hex)
        self._jobs[job.id] = job
        for old in list(self._jobs)[:-JOBS_KEPT]:
            del self._jobs[old]
        return job

    def job(self, job_id: str) -> Job:
        """Raises NotFound."""
        if job_id not in self._jobs:
            raise NotFound("没有这个任务；任务只保留到下次重启")
        return self._jobs[job_id]

    def run_job(self, job: Job, shop: str, files: Iterable[tuple[str, bytes]]) -> None:
        """Read, split and index files; faults are listed by file name. Runs in a thread."""
        try:
            found = [document for file in files if (document := self._read(job, shop, *file))]
            self.add(found, lambda done, total: _count(job, done, total))
            job.status = "done" if found or not job.faults else "failed"
        except KaidianError as error:
            job.faults.append({"file": "", "reason": error.message})
            job.status = "failed"
        except Exception:
            job.status = "failed"
            job.faults.append({"file": "", "reason": "建索引时出错，原有内容没有变，请重试"})
            raise

    def add(self, documents: list[Document], progress: Progress = silent) -> Indexed:
        """Index documents and let the search know. One at a time."""
        with self._writing:
            done = self._index.update(documents, progress)
            self._reload()
        return done

    def set_guide(self, pages: tuple[Document, ...], progress: Progress = silent) -> Indexed:
        """Make `pages` the whole shared guide; what a crash left half done is mended first."""
        with self._writing:
            again = self._index.repair(progress)
            done = self._index.replace_all(GUIDE, pages, progress)
            if again or done.added or done.removed:
                self._reload()
        return done

    def mend(self, progress: Progress = silent) -> None:
        """What lost its vectors since it was indexed (a folder restored in part) is done again."""
        with self._writing:
            self._index.mend(progress)

    def prepare(self, vector: Vector) -> None:
        """What the first question would wait for: the vectors' opening."""
        self.search.find("", vector, Scope(GUIDE))

    def remove(self, shop: str, name: str) -> None:
        """Forget a document of a shop. Raises NotFound."""
        with self._writing:
            for document in self._table.load(shop):
                if document.name == name:
                    self._index.remove(document)
                    self._reload()
                    return
        raise NotFound("没有这个文档")

    def documents(self, shop: str) -> list[Document]:
        """What a shop has uploaded (GUIDE: the shared guide)."""
        return list(self._table.load(shop))

    def _reload(self) -> None:
        self.search.reload(self._index.vectors())

    def _read(self, job: Job, shop: str, name: str, data: bytes) -> Document | None:
        try:
            return read_document(shop, name, data)
        except BadInput as error:
            job.faults.append({"file": name, "reason": error.message})
            return None


def _count(job: Job, done: int, total: int) -> None:
    job.done, job.total = done, total


def read_document(shop: str, name: str, data: bytes) -> Document:
    """A file's document. Raises BadInput with the reason."""
    if not name.lower().endswith((".md", ".markdown", ".txt")):
        raise BadInput("只收 .md、.markdown、.txt 文件，请另存后再传")
    text = decode(name, data)
    head, blocks = blocks_of(name, text)
    document = make_document(shop, name, head, blocks, text)
    if not document.passages:
        raise BadInput("文件里没有文字")
    return document
