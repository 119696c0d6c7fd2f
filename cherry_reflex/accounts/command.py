"""The operator's command: `scripts/account`. It may be used while the server runs, which notices
within a second. Passwords come from the terminal or from standard input, never from arguments."""

import argparse
import asyncio
import getpass
import locale
import sys
import time
from collections.abc import Sequence

from cherry_reflex import settings
from cherry_reflex.accounts.password import Passwords
from cherry_reflex.accounts.session_manager import new_token
from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import message, text
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.store.accounts import Account, Accounts
from cherry_reflex.store.database import Database


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what is asked; exits with 1 and a sentence when it cannot be done."""
    asked = _parser().parse_args(arguments)
    try:
        print(asyncio.run(_done(asked)))  # noqa: T201
    except CherryError as error:
        detail = f" {error.detail}" if error.code.startswith(("setting_", "storage_")) else ""
        sys.exit(f"{message(error.failure(), _language())}{detail}")


async def _done(asked: argparse.Namespace) -> str:
    async with Database(settings.load().data_dir.resolve(), alone=False) as database:
        accounts = Accounts(database)
        if asked.does == "list":
            return _table(await accounts.all())
        if asked.does == "add":
            hashed = await Passwords().hashed(_password(asked.name))
            made = await accounts.add(asked.name, hashed, operator=asked.operator)
            return _say("added", made)
        account, _ = await accounts.named(asked.name)
        return await _changed(accounts, account, asked)


async def _changed(accounts: Accounts, account: Account, asked: argparse.Namespace) -> str:
    match asked.does:
        case "passwd":
            hashed = await Passwords().hashed(_password(account.name))
            await accounts.set_password(account.id, hashed)
        case "revoke":
            await accounts.revoke(account.id)
        case "restore":
            await accounts.restore(account.id)
        case "operator":
            await accounts.set_operator(account.id, asked.may == "yes")
        case "adopt":
            count = await accounts.adopt(account.id)
            return text("command.did_adopt", _language(), name=account.name, count=count)
        case "token" if asked.end:
            await accounts.end_tokens(account.id)
            return _say("ended_tokens", account)
        case "token":
            if account.revoked_at is not None:
                raise BadInput("account_revoked", name=account.name)
            secret, kept = new_token(account.id)
            await accounts.keep(kept, counted=True)
            print(_say("token", account), file=sys.stderr)  # noqa: T201
            return secret
    return _say(asked.does, account)


def _say(what: str, account: Account) -> str:
    return text(f"command.did_{what}", _language(), name=account.name)


def _password(name: str) -> str:
    """Ask for a password, twice; or read it from standard input, when that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(text("command.ask_password", _language(), name=name) + " ")
    if getpass.getpass(text("command.ask_again", _language()) + " ") != first:
        raise BadInput("password_differs")
    return first


def _table(accounts: list[Account]) -> str:
    if not accounts:
        return text("command.nobody", _language())
    lines = []
    for one in accounts:
        day = time.strftime("%Y-%m-%d", time.localtime(one.created_at))
        marks = [
            mark for mark, on in (("operator", one.operator), ("revoked", one.revoked_at)) if on
        ]
        lines.append("\t".join((one.name, day, *marks)))
    return "\n".join(lines)


def _language() -> Language:
    return known_language(locale.getlocale(locale.LC_MESSAGES)[0])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/account", description="Who may sign in, when CHERRY_LOGIN=true."
    )
    does = parser.add_subparsers(dest="does", required=True, metavar="COMMAND")
    for name, about in (
        ("add", "make an account; the password is asked for, or read from standard input"),
        ("passwd", "give an account another password; its sessions end"),
        ("revoke", "shut an account out at once; its conversations stay"),
        ("restore", "let a revoked account in again"),
        ("operator", "say whether an account may change what everybody works with"),
        ("token", "make a token for programs (Authorization: Bearer …); it is shown once"),
        ("adopt", "give the conversations that were made without login to an account"),
        ("list", "show every account"),
    ):
        one = does.add_parser(name, help=about, description=about)
        if name != "list":
            one.add_argument("name", metavar="NAME")
        if name == "add":
            one.add_argument("--operator", action="store_true", help="an operator's account")
        if name == "operator":
            one.add_argument("may", choices=("yes", "no"))
        if name == "token":
            one.add_argument("--end", action="store_true", help="end all tokens of the account")
    return parser


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    main()
