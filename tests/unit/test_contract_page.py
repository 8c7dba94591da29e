"""`/docs` tells the contract without asking anything of another server."""

import re
from pathlib import Path

import pytest

from bot.http.contract_page import page
from tests.unit.customer.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_every_call_stands_on_the_page_and_nothing_comes_from_elsewhere(house: House) -> None:
    told = house.send("GET", "/docs")
    assert told.status_code == 200
    for path in house.app.openapi()["paths"]:
        assert path in told.text, path
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", told.text)
    assert addresses == ["/openapi.json"]
    assert "default-src 'self'" in told.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
def test_no_other_page_is_left(house: House, path: str) -> None:
    assert house.send("GET", path).status_code == 404


def test_what_a_schema_says_is_never_markup() -> None:
    call = {
        "summary": "<script>x</script>",
        "parameters": [{"name": "a<b>", "in": "query", "schema": {"type": "string"}}],
        "responses": {"200": {"description": "<i>"}},
    }
    told = page({"info": {"title": "<t>"}, "paths": {"/<p>": {"get": call}}, "components": {}})
    for markup in ("<script", "<b>a", "a<b>", "<i>", "<t>", "<p>/", "/<p>"):
        assert markup not in told.replace("<b>GET</b>", "").replace("<title>", ""), markup
