"""Our own workers are described as a running pool would find them."""

from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.mcp.client.config import own_servers
from cherry_reflex.settings import Settings
from cherry_reflex.workers.own import own_roster, own_tool_servers


def test_every_agent_with_a_card_and_every_operation_of_a_server_is_there() -> None:
    roster = own_roster()
    names = {agent.name for agent in roster.agents}
    assert {"orchestrator", "pandas", "eda", "visualization", "sql_database"} <= names
    assert roster.function("mcp:statistical_analysis/compare_two_groups") is not None
    assert ORCHESTRATOR not in roster.workers() and "a2a:pandas" in roster.workers()
    assert all(tool.description and tool.tools for tool in roster.tools)


def test_the_servers_are_those_that_are_started() -> None:
    started = [config.name for config in own_servers(Settings())]
    assert [server.name for server in own_tool_servers()] == started
