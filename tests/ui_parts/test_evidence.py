"""Where the numbers of an answer are marked in what is drawn of its Markdown."""

from typing import Any

from tests.ui_parts.conftest import Run

TEXT = "🍒 a \\*7\\* **12.5** and 12.5, 3."


def span(text: str, written: str, nth: int = 0, **more: Any) -> dict[str, Any]:
    at = -1
    for _ in range(nth + 1):
        at = text.index(written, at + 1)
    return {"start": at, "end": at + len(written), "text": written, **more}


def evidence(*links: dict[str, Any], unsupported: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"links": list(links), "unsupported": list(unsupported), "contradictions": []}


def text_node(value: str, start: int, end: int) -> dict[str, Any]:
    place = {"start": {"offset": start}, "end": {"offset": end}}
    return {"type": "text", "value": value, "position": place}


def drawn(run: Run, source: str, marks: Any, *children: dict[str, Any]) -> list[Any]:
    """What the plugin makes of a tree: texts, and marks as [index, text]."""
    tree = {"type": "root", "children": list(children)}
    found = run(
        "chat/evidence.js",
        "(() => { evidence.rehypeEvidence(given.marks)(given.tree, {value: given.source});"
        " return given.tree; })()",
        marks=marks,
        tree=tree,
        source=source,
    )

    def told(node: Any) -> Any:
        if node["type"] == "text":
            return node["value"]
        if node["tagName"] == "mark":
            return [int(node["properties"]["dataEvidence"]), node["children"][0]["value"]]
        return [told(one) for one in node["children"]]

    return [told(node) for node in found["children"]]


def test_places_are_counted_as_browsers_count(run: Run) -> None:
    given = evidence(
        span(TEXT, "12.5", kind="cell"),
        span(TEXT, "3", kind="question"),
        unsupported=(span(TEXT, "7"),),
    )
    marks = run(
        "chat/evidence.js", "evidence.marksOf(given.text, given.found)", text=TEXT, found=given
    )
    # The cherry is two units; what the question says is not marked.
    assert marks == [[7, 8, 2], [13, 17, 0]]
    nothing = run("chat/evidence.js", "evidence.marksOf('x 1', null)")
    assert nothing is None


def test_numbers_are_wrapped_where_they_are_meant(run: Run) -> None:
    source = "12.5 or \\*12.5\\* or 12.5"
    node = text_node("12.5 or *12.5* or 12.5", 0, len(source))
    assert drawn(run, source, [[10, 14, 0]], node) == ["12.5 or *", [0, "12.5"], "* or 12.5"]
    assert drawn(run, source, [[0, 4, 1], [20, 24, 0]], node) == [
        [1, "12.5"], " or *12.5* or ", [0, "12.5"],
    ]  # fmt: skip


def test_code_blocks_and_links_are_left_alone(run: Run) -> None:
    node = text_node("12", 0, 2)
    for tag, found in (("em", [[[0, "12"]]]), ("pre", [["12"]]), ("a", [["12"]])):
        box = {"type": "element", "tagName": tag, "properties": {}, "children": [node]}
        assert drawn(run, "12", [[0, 2, 0]], box) == found


def test_the_table_of_a_link_is_found(run: Run) -> None:
    def item(id_: str, title: str, **meta: Any) -> dict[str, Any]:
        return {"kind": "artifact", "artifact": {"id": id_, "title": title, "meta": meta}}

    lanes = [
        {"step": "s1", "items": [item("a", "t", name="result_1"), item("b", "t")]},
        {"step": "s2", "items": [item("c", "chart", table="behind")]},
    ]
    for step, table, found in (
        ("s1", "result_1", "a"), ("s1", "t", "b"), ("s2", "behind", "c"), ("s2", "t", None),
    ):  # fmt: skip
        given = {"step": step, "table": table}
        wanted = "evidence.artifactOf({lanes: given.lanes}, given.link)?.id"
        assert run("chat/evidence.js", wanted, lanes=lanes, link=given) == found
