"""The command line: `python server.py …`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.commands.ask import ask
from bot.commands.doctor import doctor
from bot.commands.index import index
from bot.commands.move import move_database
from bot.commands.run import run
from bot.commands.shop import add_shop, list_shops


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Arguments with `command`, the function to call; no command means `run`."""
    parser = argparse.ArgumentParser(prog="server.py", description="Kaidian 开店")
    parser.set_defaults(command=run, demo=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _run(commands.add_parser("run", help="start the service (the default)"))
    _ask(commands.add_parser("ask", help="ask the guide in the terminal"))
    _index(commands.add_parser("index", help="add .md and .txt files to a shop's knowledge"))
    _shop(commands.add_parser("shop", help="make and list shops"))
    _doctor(commands.add_parser("doctor", help="check settings, accounts and platforms"))
    _move(commands.add_parser("move", help="copy everything into another, empty database"))
    return parser.parse_args(arguments)


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="with the demo shop and page")
    parser.set_defaults(command=run)


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question")
    parser.add_argument("--customer", action="store_true", help="ask as a customer")
    parser.set_defaults(command=ask)


def _index(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders")
    parser.add_argument("--shop", help="which shop; needed when there are several")
    parser.add_argument("--rebuild", action="store_true", help="make every vector again")
    parser.set_defaults(command=index)


def _shop(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(required=True, metavar="ACT")
    add = acts.add_parser("add", help="make a shop with its two entrances")
    add.add_argument("name")
    add.set_defaults(command=add_shop)
    acts.add_parser("list", help="list shops").set_defaults(command=list_shops)


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="where platforms reach this service: https://…")
    parser.add_argument("--offline", action="store_true", help="ask no platform")
    parser.set_defaults(command=doctor)


def _move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("to", metavar="TO_URL", help="postgresql://… or sqlite:///…")
    parser.set_defaults(command=move_database)
