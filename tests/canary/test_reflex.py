"""Reflex, python-socketio and python-engineio: tables, names, frames and the hooks of a build."""

import ast
import inspect
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import engineio
import engineio.packet
import pytest
import reflex as rx
import reflex_base
import socketio
import socketio.packet
from reflex.app import EventNamespace
from reflex.reflex import cli
from reflex.utils import frontend_skeleton
from reflex_base import constants
from reflex_base.environment import EnvVar, environment
from reflex_base.plugins.base import Plugin

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.ui import sources
from cherry_reflex.ui.chat.state import ChatState
from cherry_reflex.ui.live.namespace import Line, Live
from cherry_reflex.ui.page import page
from tests.canary.needed_by import ROOT, needed_by

TEMPLATES = Path(reflex_base.__file__).parent / ".templates" / "web"
MANAGER = ROOT / ".web" / "node_modules" / "socket.io-client" / "build" / "esm" / "manager.js"

_APP = """
import json
import rxconfig
from reflex_base.environment import environment
environment.REFLEX_SKIP_COMPILE.set(True)
from cherry_reflex.cherry_reflex import app
print(json.dumps({
    "namespaces": sorted(app.sio.namespace_handlers),
    "ping": [app.sio.eio.ping_interval, app.sio.eio.ping_timeout],
    "called": callable(app),
    "routes": sorted(app._unevaluated_pages),
}))
"""


def test_the_app_is_made_as_it_is_served() -> None:
    with needed_by("cherry_reflex/web/app.py", "App.sio, and when Reflex reads its environment"):
        done = subprocess.run(
            [sys.executable, "-c", _APP], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        said = json.loads(done.stdout.splitlines()[-1])
        assert "/c" in said["namespaces"]
        assert said["called"]
    with needed_by("rxconfig.py", "REFLEX_SOCKET_INTERVAL and REFLEX_SOCKET_TIMEOUT"):
        assert said["ping"] == [2, 2]


def test_reflexs_variables_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with needed_by("rxconfig.py", "the variables of Reflex's environment"):
        monkeypatch.setenv("REFLEX_SOCKET_INTERVAL", "2")
        assert environment.REFLEX_SOCKET_INTERVAL.get() == timedelta(seconds=2)
        monkeypatch.setenv("REFLEX_USE_NPM", "1")
        assert environment.REFLEX_USE_NPM.get() is True
    with needed_by("cherry_reflex/web/server.py", "what `reflex run --env prod` sets"):
        modes: list[tuple[EnvVar[Any], Any]] = [
            (environment.REFLEX_ENV_MODE, constants.Env.PROD),
            (environment.REFLEX_SKIP_COMPILE, True),
            (environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP, True),
        ]
        for variable, value in modes:
            monkeypatch.setenv(variable.name, "false")  # so that it is put back
            variable.set(value)
            assert variable.get() == value


def test_the_development_server_is_started_by_a_command_that_can_be_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with needed_by("rxconfig.py", "PackageJson.Commands.DEV"):
        assert "react-router dev" in constants.PackageJson.Commands.DEV
        monkeypatch.setattr(constants.PackageJson.Commands, "DEV", "react-router dev --host h")
        made = json.loads(frontend_skeleton._compile_package_json())  # type: ignore[no-untyped-call]
        assert made["scripts"]["dev"] == "react-router dev --host h"


def test_the_configuration_takes_what_it_is_given() -> None:
    with needed_by("rxconfig.py", "the fields of rx.Config, which passes over others"):
        tree = ast.parse((ROOT / "rxconfig.py").read_text("utf-8"))
        (call,) = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "rx.Config"
        ]
        assert {word.arg for word in call.keywords} <= set(rx.Config.__dataclass_fields__)


def test_the_command_line_exports_the_frontend() -> None:
    with needed_by("cherry_reflex/web/build.py", "reflex export"):
        choices = cli.commands["export"].params
        options = {name for choice in choices for name in (*choice.opts, *choice.secondary_opts)}
        assert {"--frontend-only", "--no-zip"} <= options


def test_the_hooks_of_a_build() -> None:
    with needed_by("cherry_reflex/ui/sources.py", "the plugin's hooks"):
        for name in ("get_frontend_development_dependencies", "get_static_assets", "post_build"):
            assert callable(getattr(Plugin, name))
        templates = (Path(reflex_base.__file__).parent / "compiler" / "templates.py").read_text()
        # The chunk that holds the addresses, which are made relative after a build.
        assert "test: /env.json/" in templates
        assert 'name: "reflex-env"' in templates


def test_the_addresses_of_a_built_page_are_made_relative(tmp_path: Path) -> None:
    with needed_by("cherry_reflex/ui/sources.py", "the form of Reflex's addresses"):
        addresses = {end.name: end.get_url() for end in constants.Endpoint}
        assert {"PING", "EVENT"} <= set(addresses)
        chunk = tmp_path / "assets" / "reflex-env-x.js"
        chunk.parent.mkdir()
        chunk.write_text(json.dumps(addresses))
        plugin = sources.Sources()
        plugin.same_origin = True  # type: ignore[misc]
        plugin.post_build(static_dir=tmp_path)
        assert "://" not in chunk.read_text()


def test_reflexs_javascript_exports_what_is_imported() -> None:
    with needed_by("cherry_reflex/ui/live/socket.js", "getToken and getBackendURL"):
        state = (TEMPLATES / "utils" / "state.js").read_text("utf-8")
        assert "export const getToken" in state
        assert "export const getBackendURL" in state
        # Reflex's socket carries the token in its address: so does ours, to share the connection.
        assert "query: { token }" in state
    with needed_by("cherry_reflex/ui/shell/Page.jsx", "ColorModeContext"):
        registry = (TEMPLATES / "utils" / "context-registry.js").read_text("utf-8")
        assert "export const ColorModeContext" in registry
        assert "setColorMode" in registry


@pytest.mark.skipif(not MANAGER.is_file(), reason="the page is not built here")
def test_socket_ios_javascript_keeps_its_namespaces_and_its_state() -> None:
    with needed_by("cherry_reflex/ui/live/socket.js", "socket.io's nsps and _readyState"):
        manager = MANAGER.read_text("utf-8")
        assert "this.nsps = {}" in manager
        assert 'this._readyState = "open"' in manager


def test_the_page_is_imported_from_the_mirrored_sources() -> None:
    with needed_by("cherry_reflex/ui/page.py", "how a component names its module"):
        assert "$/cherry/shell/Page.jsx" in page()._get_all_imports()


def test_a_computed_var_has_a_value_while_the_page_is_built() -> None:
    with needed_by("cherry_reflex/ui/chat/state.py", "initial_value of a computed var"):
        state = ChatState(_reflex_internal_init=True)  # type: ignore[call-arg]
        name = ChatState.get_full_name()
        assert state.dict(initial=True)[name] == {f"language{constants.state.FIELD_MARKER}": ""}
        with pytest.raises(Unavailable):
            state.dict()


async def test_a_frame_is_what_the_libraries_would_send() -> None:
    with needed_by("cherry_reflex/ui/live/namespace.py", "Engine.IO and Socket.IO frames"):
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        body = [7, ["s1", "한글", "s2", "x"]]
        await Live()._emit(Line("sid", send), "t", body)
        event = socketio.packet.Packet(socketio.packet.EVENT, ["t", body], namespace="/c")
        frame = engineio.packet.Packet(engineio.packet.MESSAGE, event.encode()).encode()
        (message,) = sent
        assert message["type"] == "websocket.send"
        assert message["text"][:5] == frame[:5] == "42/c,"
        assert json.loads(message["text"][5:]) == json.loads(frame[5:])


def test_the_socket_server_knows_connections_and_tokens() -> None:
    with needed_by("cherry_reflex/ui/live/namespace.py", "attributes of the socket server"):
        server = socketio.AsyncServer(async_mode="asgi")
        live = Live()
        server.register_namespace(live)
        assert server.namespace_handlers == {"/c": live}
        assert live.server is server
        assert server.get_environ("nobody", "/c") is None
        reflexs = EventNamespace("/_event", None)  # type: ignore[arg-type]
        assert reflexs.token_to_sid.get("nobody") is None
    # Who connects with whose token is checked before Reflex sees it.
    with needed_by("cherry_reflex/api/authentication.py", "the token in a socket's address"):
        assert 'query_params.get("token"' in inspect.getsource(EventNamespace.on_connect)
    with needed_by("cherry_reflex/ui/live/namespace.py", "the environ of a connection"):
        translate = (Path(engineio.__file__).parent / "async_drivers" / "asgi.py").read_text()
        assert "'asgi.send': send" in translate
        assert "'asgi.scope': scope" in translate
