"""What the scripted model answers when a test has no script of its own: always something that the
request itself allows, read from its sections and schemas."""

import json
import re
from typing import Any

Json = dict[str, Any]

FAMILIAR = {
    "a2a:eda",
    "a2a:pandas",
    "a2a:sql_database",
    "a2a:visualization",
    "mcp:data_preprocessing",
    "mcp:statistical_analysis",
    "mcp:stats",
}
"""Workers that answer any request about any table; a plan is made of these."""


def answer_of(body: Json) -> Json | str:
    """Return the object that the request's schema wants, or prose when it wants none."""
    sections = sections_of(body)
    name, schema = wanted_of(body)
    korean = bool(re.search(r"[가-힣]", str(sections.get("request", ""))))
    if name == "plan":
        return _plan(sections, korean)
    if name == "suggestions":
        columns = [c["name"] for d in sections.get("datasets", []) for c in d["columns"]][:3]
        asked = "{}의 분포는 어떤가요?" if korean else "How is {} distributed?"
        return {"questions": [asked.format(column) for column in columns] or [asked.format("x")]}
    if name:
        columns = _columns(sections)
        tables = _tables(sections)
        made: Json = _instance(schema, schema, columns, tables)
        return made
    if facts := sections.get("facts"):
        return "\n".join(f"- {fact}" for fact in facts[:6])
    if findings := sections.get("findings"):
        head = "요약하면 다음과 같습니다." if korean else "In short:"
        lines = [f"- **{f['worker']}** ({f['state']}): {f.get('text', '')[:200]}" for f in findings]
        return "\n".join([head, *lines])
    return "네, 도와드리겠습니다." if korean else "Certainly."


def wanted_of(body: Json) -> tuple[str, Json]:
    """Return the name and the schema of the object that is asked for, if one is."""
    if tools := body.get("tools"):
        function = tools[0]["function"]
        return function["name"], function["parameters"]
    wanted = (body.get("response_format") or {}).get("json_schema")
    return (wanted["name"], wanted["schema"]) if wanted else ("", {})


def sections_of(body: Json) -> Json:
    """Return the fenced sections of all user messages; later ones win."""
    found: Json = {}
    for message in body["messages"]:
        content = message.get("content")
        if message["role"] != "user" or not isinstance(content, str):
            continue
        for name, text in re.findall(r"<(\w+)>\n(.*?)\n</\1>", content, re.DOTALL):
            found[name] = json.loads(text)
    return found


def _columns(sections: Json) -> list[Json]:
    return [column for dataset in sections.get("datasets", [])[:1] for column in dataset["columns"]]


def _tables(sections: Json) -> list[str]:
    return [dataset["sql_table"] for dataset in sections.get("datasets", [])]


def _plan(sections: Json, korean: bool) -> Json:
    columns, steps = _columns(sections), list[Json]()
    names = [dataset["name"] for dataset in sections.get("datasets", [])]
    servers: set[str] = set()
    for worker in sections["workers"]:
        name: str = worker["worker"]
        if name.split("/")[0] not in FAMILIAR:
            continue
        step: Json = {"id": f"s{len(steps) + 1}", "worker": name, "request": sections["request"]}
        if name.startswith("mcp:"):
            server = name.split("/")[0]
            if server in servers or not _can(worker.get("input_schema", {}), columns):
                continue
            servers.add(server)
        if schema := worker.get("input_schema"):
            step["arguments"] = _instance(schema, schema, columns, [])
            for key, prop in schema.get("properties", {}).items():
                if prop.get("x-dataset") and names:
                    step["arguments"][key] = f"dataset:{names[0]}"
        steps.append(step)
    words = "여러 일꾼에게 나누어 살펴보겠습니다." if korean else "Several workers look at it."
    return {"words": words, "steps": steps[:10]}


def _can(schema: Json, columns: list[Json]) -> bool:
    """Return whether every required column has one of its type."""
    for name in schema.get("required", []):
        prop = schema["properties"].get(name, {})
        if "x-column" in prop and not _fitting(prop, columns):
            return False
    return True


def _fitting(prop: Json, columns: list[Json]) -> list[str]:
    types = prop["x-column"]
    return [c["name"] for c in columns if not types or c["type"] in types]


def _instance(prop: Json, root: Json, columns: list[Json], tables: list[str]) -> Any:
    """Return something valid against a schema: columns by their types, the first choice of each
    alternative, no optional arguments."""
    if ref := prop.get("$ref"):
        prop = {**root["$defs"][ref.rsplit("/", 1)[1]], **{k: prop[k] for k in prop if k != "$ref"}}
    if "x-column" in prop:
        fitting = _fitting(prop, columns) or [c["name"] for c in columns] or ["x"]
        return fitting[:1] if prop.get("x-many") else fitting[0]
    for one in ("const", "default"):
        if one in prop:
            return prop[one]
    if "enum" in prop:
        return prop["enum"][0]
    if alternatives := prop.get("anyOf") or prop.get("oneOf"):
        options = [a for a in alternatives if _possible(a, root, columns)] or alternatives
        return _instance(options[0], root, columns, tables)
    match prop.get("type"):
        case "object":
            made = {}
            for name in prop.get("required", []):
                if name == "sql" and tables:
                    made[name] = f'SELECT count(*) AS rows FROM "{tables[0]}"'
                else:
                    made[name] = _instance(prop["properties"][name], root, columns, tables)
            return {**_useful(prop, columns), **made}
        case "array":
            count = prop.get("minItems", 0)
            return [_instance(prop.get("items", {}), root, columns, tables) for _ in range(count)]
        case "integer" | "number":
            return prop.get("minimum", 1)
        case "boolean":
            return False
    return "x"


def _useful(prop: Json, columns: list[Json]) -> Json:
    """Return optional columns that make a result worth looking at: a group, and what to measure."""
    numbers = [c["name"] for c in columns if c["type"] in ("number", "integer")]
    groups = [c["name"] for c in columns if c["type"] == "category"]
    wanted = {"x": groups, "group_by": groups, "y": numbers, "measure": numbers}
    made: Json = {}
    for name, found in wanted.items():
        field = prop.get("properties", {}).get(name, {})
        if "x-column" in field and found:
            made[name] = found[:1] if field.get("x-many") else found[0]
    return made


def _possible(prop: Json, root: Json, columns: list[Json]) -> bool:
    """Return whether an alternative can be filled: its call's arguments have columns that fit."""
    if ref := prop.get("$ref"):
        prop = root["$defs"][ref.rsplit("/", 1)[1]]
    inner = prop.get("properties", {}).get("arguments", prop)
    if ref := inner.get("$ref"):
        inner = root["$defs"][ref.rsplit("/", 1)[1]]
    return _can(inner, columns) if inner.get("type") == "object" else True
