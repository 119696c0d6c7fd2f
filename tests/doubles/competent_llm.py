"""What the scripted model answers when a test has no script of its own: always something that the
request itself allows, read from its sections and tools. It calls in its first turn, and words what
came back in its second."""

import json
import re
from typing import Any

Json = dict[str, Any]
Call = tuple[str, Json]

FAMILIAR = ("eda", "pandas", "sql_database", "visualization")
"""Agents that answer any request about any table."""

DIRECT = ("statistical_analysis.describe_numbers", "data_preprocessing.remove_duplicates")
"""Tools that need no arguments."""


def answer_of(body: Json) -> Json | list[Call] | str:
    """Return calls, the object that the request's schema wants, or prose."""
    sections = sections_of(body)
    korean = bool(re.search(r"[가-힣]", str(sections.get("request", ""))))
    if wanted_of(body) == "suggestions":
        columns = [name for table in tables_of(sections) for name, _ in table["columns"]][:3]
        asked = "{}의 분포는 어떤가요?" if korean else "How is {} distributed?"
        return {"questions": [asked.format(column) for column in columns] or [asked.format("x")]}
    results = results_of(body)
    tools = tools_of(body)
    if results:
        head = "요약하면 다음과 같습니다." if korean else "In short:"
        return "\n".join([head, *(f"- {one[:200]}" for one in results)])
    if "call" in tools:
        return [("call", _operation(sections))]
    if "delegate" in tools and sections.get("datasets"):
        return _team(sections) or "Nobody is there."
    return "네, 도와드리겠습니다." if korean else "Certainly."


def tools_of(body: Json) -> list[str]:
    """Return the names of the tools that may be called."""
    return [tool["function"]["name"] for tool in body.get("tools") or []]


def results_of(body: Json) -> list[str]:
    """Return what the calls so far came to."""
    return [str(m["content"]) for m in body["messages"] if m["role"] == "tool"]


def wanted_of(body: Json) -> str:
    """Return the name of the object that is asked for, if one is."""
    if (tools := tools_of(body)) and len(tools) == 1:
        return tools[0]
    wanted = (body.get("response_format") or {}).get("json_schema")
    return wanted["name"] if wanted else ""


def sections_of(body: Json) -> Json:
    """Return the fenced sections of all messages but results; later ones win."""
    found: Json = {}
    for message in body["messages"]:
        content = message.get("content")
        if message["role"] == "tool" or not isinstance(content, str):
            continue
        for name, text in re.findall(r"<(\w+)>\n(.*?)\n</\1>", content, re.DOTALL):
            try:
                found[name] = json.loads(text)
            except json.JSONDecodeError:
                found[name] = text
    return found


def tables_of(sections: Json) -> list[Json]:
    """Return the tables of the section `datasets`: name and columns, each with name and type."""
    tables: list[Json] = []
    for block in str(sections.get("datasets", "")).split("\n\n"):
        head, *lines = block.split("\n")
        if not head.startswith("table "):
            continue
        fields = (line.split(" | ") for line in lines)
        columns = [(_name(one[0]), one[1]) for one in fields if len(one) > 1]
        tables.append({"table": head.split(" | ")[0].removeprefix("table "), "columns": columns})
    return tables


def _name(field: str) -> str:
    return str(json.loads(field)) if field.startswith('"') else field


def _team(sections: Json) -> list[Call]:
    """Return a wish to every familiar agent, and calls of the tools that need no arguments."""
    lines = dict(line.split(": ", 1) for line in sections["team"].split("\n") if ": " in line)
    names = lines.get("agents", "").split()
    calls: list[Call] = [
        ("delegate", {"agent": name, "request": sections["request"]})
        for name in FAMILIAR
        if name in names
    ]
    for name in DIRECT:
        server, _, tool = name.partition(".")
        if f"{tool}(" in lines.get(server, ""):
            calls.append(("run", {"name": name, "arguments": {}}))
    return calls


def _operation(sections: Json) -> Json:
    """Return an operation of the agent's with arguments that fit the first table."""
    listed = re.findall(r"(\w+)\(([^)]*)\)", str(sections["operations"]))
    tables = tables_of(sections) or [{"table": "t", "columns": []}]
    columns = tables[0]["columns"]
    numbers = [c[0] for c in columns if c[1] in ("number", "integer")]
    groups = [c[0] for c in columns if c[1] == "category"]
    known: Json = {
        "sql": f'SELECT count(*) AS rows FROM "{tables[0]["table"]}"',
        "kind": "bar" if groups else "histogram",
        **({"measure": numbers[0], "y": numbers[0]} if numbers else {}),
        **({"group_by": groups[:1], "x": groups[0]} if groups else {}),
    }
    if not groups and numbers:
        known = {**known, "x": numbers[0]}
        del known["y"]
    for name, arguments in listed:
        required, _, optional = arguments.partition(";")
        needed = [a.split("=")[0] for a in required.split(",") if a]
        if all(a in known for a in needed):
            names = [*needed, *optional.split(",")]
            return {"name": name, "arguments": {k: known[k] for k in names if k in known}}
    return {"name": listed[0][0], "arguments": {}}
