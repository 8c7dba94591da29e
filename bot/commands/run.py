"""`run`: start the service and stay until stopped."""

from argparse import Namespace

from bot.commands.wiring import Wiring
from bot.http.app import build_app
from bot.http.parts import new_secret, secret_digest
from bot.http.serving import bound, forget_running, owning, reachable, serve
from bot.settings import Settings
from bot.store import Store


def run(chosen: Namespace, settings: Settings, wiring: Wiring) -> int:
    """The service, with the demo shop if asked."""
    listener = bound(settings)
    host, port = listener.getsockname()[:2]
    address = f"http://{host}:{port}"
    with owning(settings.data_dir):
        forget_running(settings.data_dir)
        house = wiring.build(settings, demo=chosen.demo)
        _operator_key(house.store, settings)
        local = new_secret()
        house.store.put_operator_key(secret_digest(local), "", "command line")
        with reachable(settings.data_dir, address, local):
            serve(build_app(house), listener, address)
    return 0


def _operator_key(store: Store, settings: Settings) -> None:
    """The key of the settings, or one that we make and print once."""
    if settings.operator_key:
        store.put_operator_key(secret_digest(settings.operator_key), "", "owner")
    elif not store.has_operator_key("owner"):
        made = new_secret()
        store.put_operator_key(secret_digest(made), "", "owner")
        print(f"Operator key (shown only now, keep it): {made}", flush=True)
