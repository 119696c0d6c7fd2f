"""The SQL analyst: answers with a query that is shown and runs guarded and read-only."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.analysis.sql.duckdb import sql_names
from cherry_reflex.core.agent import Agent, AgentContext, AgentServices, Card
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest

CARD = Card(
    name="sql_database",
    title="SQL Database",
    description=(
        "Answers questions with SQL over the uploaded tables: writes one read-only DuckDB query, "
        "shows it, runs it guarded, and hands over the result. Good for joins of tables, "
        "conditions on groups, rankings within groups and anything that is to be seen as a query."
    ),
    skills=(
        Skill(
            id="query",
            name="Question to SQL",
            description="Writes, shows and runs the SQL query that answers a question.",
            examples=(
                "SQL로 지역별 매출을 조회해줘",
                "지역별 매출을 구하는 쿼리를 작성해줘",
                "SELECT 문으로 상위 10개 주문을 뽑아줘",
                "데이터베이스에서 2024년 주문을 조회해주세요",
                "이 질문을 SQL로 바꿔서 실행해줘",
                "데이터를 SQL로 집계해줘",
                "쿼리도 같이 보여줘",
                "Query the revenue by region with SQL",
                "Write a SQL query for the top 10 orders",
                "Select the orders of 2024 from the database",
                "Turn this question into SQL and run it",
                "Show me the query as well",
                "Use SQL to aggregate the sales",
            ),
        ),
        Skill(
            id="join",
            name="Joins and window queries",
            description="Joins tables by key, ranks within groups, keeps groups that meet a "
            "condition.",
            examples=(
                "고객 테이블과 주문 테이블을 조인해서 조회해줘",
                "두 테이블을 키로 연결한 결과를 쿼리해줘",
                "지역마다 매출 1위 제품을 SQL 윈도 함수로 구해줘",
                "주문이 100건 넘는 고객만 HAVING으로 조회해줘",
                "Join the customers with the orders table",
                "Query both tables connected by their key",
                "Rank the products within each region with a window function",
                "Select the customers having more than 100 orders",
            ),
        ),
        Skill(
            id="analyse",
            name="Analysis by queries",
            description="Queries the key figures of the tables when the request is general.",
            examples=(
                "데이터를 분석하고 시각화해주세요",
                "테이블을 조회해서 분석해줘",
                "주요 지표를 쿼리로 뽑아줘",
                "Analyse the data and visualise it",
                "Query the tables for the key figures",
                "Analyze the database",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class SqlAnalyst(Analyst):
    """One that runs a query as it is when the request is one."""

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Answer; what is no SQL after all is answered as any question."""
        if not work.arguments and _is_query(work):
            from cherry_reflex.agents.sql_query import SqlQuery

            query = SqlQuery(sql=work.request.strip().rstrip(";"))
            done = await self._compute([query], self._tables(work), context)
            if not done.problems:
                await self._answer(self.question(work), [done], context)
                return
        await super().run(work, context)


def _is_query(work: WorkerRequest) -> bool:
    """Whether the request has the form of a SELECT over the tables; DuckDB judges it."""
    words = work.request.replace('"', " ").replace(";", " ").split()
    names = {name.casefold() for name in sql_names(work.datasets).values()}
    is_select = bool(words) and words[0].casefold() in ("select", "with")
    return is_select and not names.isdisjoint(word.strip("(),").casefold() for word in words)


QUERIES = 2
"""Queries that run at once: each may take the memory and both cores of a sandbox."""


def create(services: AgentServices) -> Agent:
    """Return the SQL analyst."""
    from cherry_reflex.agents.sql_query import SqlQuery
    from cherry_reflex.analysis.answers.aggregate import Aggregate
    from cherry_reflex.analysis.answers.show_rows import ShowRows

    return SqlAnalyst(
        card=CARD,
        services=replace(services, run=_bounded(services)),
        # A language model writes its query; the embedded planner fills in typed ones, which are
        # compiled to SQL, shown and run in the same sandbox.
        operations=(SqlQuery, Aggregate, ShowRows),
        persona="a database analyst who explains what a query found",
        most=2,
    )


def _bounded(services: AgentServices) -> Callable[[Operation, Tables], Awaitable[Outcome]]:
    """Return the services' `run` with at most QUERIES under way."""
    slots = asyncio.Semaphore(QUERIES)

    async def run(operation: Operation, tables: Tables) -> Outcome:
        async with slots:
            return await services.run(operation, tables)

    return run
