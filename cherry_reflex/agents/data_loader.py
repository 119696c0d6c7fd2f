"""The loader: explains what was read from files, corrects types, brings several files together,
and loads files from the web where the operator allows that."""

from dataclasses import replace

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.agents.load_url import LoadUrl, ReadDownload
from cherry_reflex.analysis.progress import progress
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.roster import Skill
from cherry_reflex.i18n.catalogue import text

CARD = Card(
    name="data_loader",
    title="Data Loader",
    description=(
        "Explains what was loaded from the uploaded files: encoding, sheets, types, dates, units. "
        "Corrects the types of columns, gives an overview of several files or sheets, proposes how "
        "they belong together, and joins or stacks them. Loads files from web addresses (URLs)."
    ),
    skills=(
        Skill(
            id="explain",
            name="Explain a file",
            description="How a file was read: encoding, sheet, rows, columns, types, units.",
            examples=(
                "업로드한 파일이 제대로 읽혔는지 확인해줘",
                "파일의 인코딩과 자료형을 알려주세요",
                "열에 어떤 단위가 쓰였어?",
                "불러온 데이터를 설명해줘",
                "Was my file read correctly?",
                "Which encoding and types does the file have?",
                "What units do the columns have?",
                "Explain the data that was loaded",
            ),
        ),
        Skill(
            id="retype",
            name="Correct types",
            description="Reads columns as number, text, date or yes/no.",
            examples=(
                "우편번호 열을 텍스트로 다시 읽어줘",
                "주문일을 날짜형으로 불러와줘",
                "고객번호는 문자로 처리해주세요",
                "Load the zip code as text",
                "Read the order date column as a date",
                "The id should be text, not a number",
            ),
        ),
        Skill(
            id="overview",
            name="Several files and sheets",
            description="All files and sheets side by side.",
            examples=(
                "올린 파일 목록과 구조를 보여줘",
                "엑셀 시트마다 무엇이 있는지 알려줘",
                "파일들의 구조를 비교해주세요",
                "Give me an overview of the uploaded files",
                "What is on each sheet of the workbook?",
                "Compare the structure of the files",
            ),
        ),
        Skill(
            id="load_url",
            name="Load from the web",
            description="Loads a csv, xlsx, json or parquet file from a URL as a dataset.",
            examples=(
                "https://example.com/sales.csv 파일을 불러와줘",
                "이 링크의 데이터를 내려받아줘: https://data.example.org/air.json",
                "Load https://example.com/sales.csv",
                "Download the data from this URL: https://data.example.org/air.json",
            ),
        ),
        Skill(
            id="combine",
            name="Bring files together",
            description="Proposes keys, joins files, or stacks files of the same kind.",
            examples=(
                "이 파일들을 어떻게 연결할 수 있어?",
                "두 파일의 공통 키를 찾아줘",
                "업로드한 월별 파일을 모두 합쳐서 불러와줘",
                "How do these files belong together?",
                "Find the key that connects the uploaded files",
                "Load all monthly files as one table",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the loader."""
    from cherry_reflex.analysis.loading.explain import ExplainData, OverviewData
    from cherry_reflex.analysis.loading.retype import RetypeColumns
    from cherry_reflex.analysis.wrangling.joining import JoinTables, ProposeJoins
    from cherry_reflex.analysis.wrangling.stacking import StackTables

    async def run(operation: Operation, tables: Tables) -> Outcome:
        if not isinstance(operation, LoadUrl):
            return await services.run(operation, tables)
        if services.fetch is None:
            raise Unavailable("urls_off")
        progress(text("agent.progress_download", tables.language))
        path = await services.fetch(operation.address, tables.folder)
        return await services.run(ReadDownload(url=operation.address, file=path), tables)

    return Analyst(
        card=CARD,
        services=replace(services, run=run),
        operations=(
            ExplainData,
            OverviewData,
            RetypeColumns,
            ProposeJoins,
            JoinTables,
            StackTables,
            LoadUrl,
        ),
        persona="a librarian of data who says how files were read and what should be checked",
        most=2,
    )
