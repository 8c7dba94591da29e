"""The accounts file: read whole, or refused with every fault and no secret in them."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.accounts import load_accounts
from bot.channels.opening import Opening, platform_client
from bot.errors import Faults
from bot.messages import Entrance
from knowledge.errcodes import load_errcodes

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OLD = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP = {"app_id": "wx5823bf96d3bd56c7", "secret": "${SHOP_SECRET}", "token": "tok", "aes_key": KEY}
CORP = {"corp_id": "ww5823bf96d3bd56c7", "secret": "corp-secret", "token": "tok", "aes_key": KEY}
ENVIRON = {"SHOP_SECRET": "very-secret-thing"}


def whole() -> dict[str, Any]:
    named = {"entrance": "tea-customer"}
    return {
        "shops": ["tea", "flowers"],
        "entrances": [
            {"name": "tea-customer", "shop": "tea", "audience": "customer"},
            {"name": "tea-staff", "shop": "tea", "audience": "merchant"},
        ],
        "accounts": [
            {"kind": "commkf", "name": "shop", **named, **APP, "openid_checked": True},
            {"kind": "kf", "name": "kf-a", **named, **CORP, "open_kfid": "wkA"},
            {"kind": "kf", "name": "kf-b", **named, **CORP, "open_kfid": "wkB", "servicer": "li"},
            {"kind": "official", "name": "oa", **named, **APP, "push": False},
            {"kind": "miniprogram", "name": "mini", **named, **APP, "previous_aes_key": OLD},
            {
                "kind": "wecom",
                "name": "staff",
                "entrance": "tea-staff",
                **CORP,
                "agent_id": 1000002,
            },
            {
                "kind": "aibot",
                "name": "robot",
                "entrance": "tea-staff",
                "bot_id": "bot-1",
                "secret": "robot-secret",
                "address": "ws://127.0.0.1:9001",
            },
        ],
    }


def written(folder: Path, content: object) -> Path:
    file = folder / "accounts.yaml"
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    file.write_text(text, encoding="utf-8")
    return file


def faults(folder: Path, content: object) -> tuple[str, ...]:
    with pytest.raises(Faults) as refused:
        load_accounts(written(folder, content), ENVIRON)
    return refused.value.details


def test_a_whole_file_opens_every_kind(tmp_path: Path) -> None:
    found = load_accounts(written(tmp_path, whole()), ENVIRON)
    assert found.shops == ("tea", "flowers")
    assert found.doors()["kf", "kf-a"] == Entrance("tea-customer", "tea", "customer")
    assert found.accounts[0].text("secret") == "very-secret-thing"
    channels = Opening(platform_client(), load_errcodes()).open(found)
    assert len(channels.all()) == 7
    assert {kind for kind, _ in channels.http} == {
        "commkf",
        "kf",
        "official",
        "miniprogram",
        "wecom",
    }
    for (kind, name), channel in channels.all().items():
        assert (channel.kind, channel.account) == (kind, name)
    assert channels.kf["kf", "kf-a"].siblings == {"wkA": "kf-a", "wkB": "kf-b"}
    assert channels.http["miniprogram", "mini"].keys.aes[1] != b""  # type: ignore[attr-defined]
    assert channels.http["official", "oa"].limits.windows[0].sends == 1


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    content = whole()
    content["extra"] = 1
    content["shops"] += ["tea", "Bad Name"]
    content["entrances"][0]["audience"] = "everybody"
    accounts = content["accounts"]
    accounts[0] |= {"aes_key": "short", "token": "with space", "openid_checked": "yes"}
    accounts[1]["secret"] = "${NOT_SET}"
    accounts[2]["open_kfid"] = "wkA"
    accounts[3] |= {"mode": "secure", "aes_key": ""}
    accounts[4]["api_base"] = "http://example.com"
    accounts[5]["agent_id"] = "1000002"
    accounts[6] |= {"entrance": "nowhere", "colour": "red"}
    accounts.append({"kind": "telegram"})
    accounts.append("not a mapping")
    told = "\n".join(faults(tmp_path, content))
    parts = (
        *("不认识 extra", "店铺 tea 写了两次", "shops 第 4 个", "audience", "43 位", "token"),
        *("true 或 false", "NOT_SET", "aes_key 不能缺", "https://", "agent_id", "entrance 不在"),
        *("不认识 colour", "第 8 个：kind", "第 9 个：kind"),
    )
    for part in parts:
        assert part in told, part
    assert "very-secret-thing" not in told
    assert "corp-secret" not in told


def staffed(**fields: Any) -> dict[str, Any]:
    content = whole()
    content["accounts"][5] |= fields
    return content


ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${SHOP_SECRET}"


def test_staff_and_those_who_are_told(tmp_path: Path) -> None:
    content = staffed(staff=["zhangsan", "li.si@tea"], alert=["zhangsan", ROBOT])
    content["accounts"][6]["staff"] = "zhangsan"
    wecom, robot = load_accounts(written(tmp_path, content), ENVIRON).accounts[5:7]
    assert wecom.several("staff") == ("zhangsan", "li.si@tea")
    assert wecom.several("alert")[1].endswith("key=very-secret-thing")
    assert robot.several("staff") == ("zhangsan",)
    assert robot.several("alert") == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"staff": ["@all"]}, "staff 里应是通讯录里的账号"),
        ({"staff": ["zhang san", "张三", ""]}, "staff 里应是通讯录里的账号"),
        ({"staff": ["li", "li"]}, "staff 有人写了两次"),
        ({"staff": [f"m{n}" for n in range(201)]}, "staff 最多写 200 个"),
        ({"staff": [7]}, "staff 应是文字"),
        ({"staff": {"li": 1}}, "staff 应是文字"),
        ({"alert": ["http://example.com/hook"]}, "alert 的群机器人应是 https://"),
        ({"alert": ["${NOT_SET}"]}, "NOT_SET"),
        ({"alert": ["li"], "active": False}, "active 就不能是 false"),
        ({"alert": ["a|b"], "staff": ["#"]}, "alert 里应是"),
    ],
)
def test_odd_staff_is_refused_in_words(tmp_path: Path, fields: dict[str, Any], told: str) -> None:
    found = faults(tmp_path, staffed(**fields))
    assert any(told in fault for fault in found)
    assert len(found) == len([name for name in fields if name != "active"])


def test_accounts_are_named_once(tmp_path: Path) -> None:
    content = whole()
    content["accounts"] += [content["accounts"][1], content["accounts"][6]]
    assert faults(tmp_path, content) == (
        "账号 kf/kf-a 写了两次",
        "账号 aibot/robot 写了两次",
        "open_kfid wkA 写了两次",
        "bot_id bot-1 写了两次",
    )


@pytest.mark.parametrize("text", ["", "[]", "a: [", "\x00", "shops: 3", "!!python/object:os.x {}"])
def test_what_is_no_accounts_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Faults, match="读不了"):
        load_accounts(tmp_path / "none.yaml", {})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=6), x, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["shops", "entrances", "accounts"]), ANY | st.lists(
        st.dictionaries(st.sampled_from(["kind", "name", "entrance", "shop", "secret"]),
                        ANY | st.sampled_from(["kf", "aibot", "tea"]), max_size=4), max_size=3))
)  # fmt: skip
def test_any_content_is_read_or_refused(tmp_path_factory: Any, content: dict[str, Any]) -> None:
    file = written(tmp_path_factory.mktemp("any"), content)
    try:
        load_accounts(file, {})
    except Faults as refused:
        assert refused.details  # noqa: PT017
