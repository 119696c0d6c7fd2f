"""Conversations as files: what was asked, planned, made and answered, and nothing that runs."""

import json

import httpx
import pytest

from tests.api.test_api import CSV, events, upload

FORMATS = {"markdown": ".md", "html": ".html", "notebook": ".ipynb"}
HOSTILE = "<script>alert('x')</script> **total** by 지역 | ![x](http://elsewhere.example/x.png)"


@pytest.fixture
def answered(client: httpx.Client, conversation: str) -> tuple[str, str]:
    """A conversation with a finished run; returns both ids."""
    assert upload(client, conversation, CSV, "매출.csv").status_code == 201
    body = {"question": f"@pandas {HOSTILE}", "language": "ko"}
    run = client.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    assert events(client, run)[-1][1] == "run_finished"
    return conversation, run


def exported(client: httpx.Client, conversation: str, **query: str) -> httpx.Response:
    return client.get(f"/api/conversations/{conversation}/export", params=query)


def test_every_format_has_the_question_the_numbers_and_links(
    client: httpx.Client, answered: tuple[str, str]
) -> None:
    conversation, _ = answered
    table = next(
        artifact
        for lane in client.get(f"/api/conversations/{conversation}").json()["runs"][0]["lanes"]
        for item in lane["items"]
        if (artifact := item["artifact"]) and artifact["kind"] == "table"
    )
    rows = client.get(f"/api/artifacts/{table['id']}/rows").json()
    for name, ending in FORMATS.items():
        answer = exported(client, conversation, format=name, language="ko")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-disposition"].endswith(ending)
        assert f"/api/artifacts/{table['id']}/download" in answer.text
        assert table["title"] in answer.text
        assert str(rows["rows"][0][0]) in answer.text
        assert "매출: 3행 × 3열" in answer.text


def test_html_runs_and_fetches_nothing(client: httpx.Client, answered: tuple[str, str]) -> None:
    page = exported(client, answered[0], format="html").text
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page


def test_a_notebook_is_one_that_jupyter_reads(
    client: httpx.Client, answered: tuple[str, str]
) -> None:
    book = json.loads(exported(client, answered[0], format="notebook").text)
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    made = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert made
    for cell in made:
        assert cell["source"]
        (output,) = cell["outputs"]
        assert output["output_type"] == "display_data"
        assert {"text/html", "application/vnd.plotly.v1+json"} & set(output["data"])


def test_one_answer_alone_and_what_is_unknown(
    client: httpx.Client, answered: tuple[str, str]
) -> None:
    conversation, run = answered
    again = client.post(f"/api/runs/{run}/retry", json={}).json()["run_id"]
    events(client, again)
    whole = exported(client, conversation, format="markdown").text
    alone = exported(client, conversation, format="markdown", run=run).text
    assert whole.count("\n## ") == 2
    assert alone.count("\n## ") == 1
    assert exported(client, conversation, format="docx").status_code == 400
    assert exported(client, conversation, run="0" * 32).status_code == 404
    assert exported(client, "0" * 32).status_code == 404


def test_an_opinion_is_told_with_the_run(client: httpx.Client, answered: tuple[str, str]) -> None:
    conversation, run = answered
    for value in ("up", "down", ""):
        put = client.put(f"/api/runs/{run}/feedback", json={"value": value})
        assert put.status_code == 200
        (told,) = client.get(f"/api/conversations/{conversation}").json()["runs"]
        assert told["feedback"] == value
    assert client.put(f"/api/runs/{run}/feedback", json={"value": "maybe"}).status_code == 400
    unknown = client.put(f"/api/runs/{'0' * 32}/feedback", json={"value": "up"})
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "run_unknown"


def test_another_choice_is_asked_of_the_same_worker(
    client: httpx.Client, conversation: str
) -> None:
    assert upload(client, conversation, CSV, "매출.csv").status_code == 201
    arguments = {"operation": "aggregate", "group_by": ["지역"], "measure": "매출", "how": "max"}
    body = {"question": "again", "worker": "a2a:pandas", "arguments": arguments, "language": "ko"}
    run = client.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    assert events(client, run)[-1][1] == "run_finished"
    view = client.get(f"/api/runs/{run}").json()
    (table,) = [item["artifact"] for item in view["lanes"][0]["items"] if item["artifact"]]
    rows = client.get(f"/api/artifacts/{table['id']}/rows").json()["rows"]
    assert {row[0]: row[1] for row in rows} == {"서울": 100, "부산": 50}
    redo = table["meta"]["redo"]
    assert redo["operation"] == "aggregate"
    assert "max" in redo["slots"]["how"]["choices"]
    assert redo["slots"]["group_by"]["many"] is True


def test_a_choice_that_does_not_fit_says_why(client: httpx.Client, conversation: str) -> None:
    assert upload(client, conversation, CSV, "매출.csv").status_code == 201
    arguments = {"operation": "aggregate", "group_by": ["없는 열"], "how": "count"}
    body = {"question": "again", "worker": "a2a:pandas", "arguments": arguments}
    run = client.post(f"/api/conversations/{conversation}/runs", json=body).json()["run_id"]
    events(client, run)
    lane = client.get(f"/api/runs/{run}").json()["lanes"][0]
    assert lane["state"] == "failed"
    assert lane["failure"]["code"] == "column_unknown"
