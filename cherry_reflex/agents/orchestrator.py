"""The orchestrator: plans who does what, writes the summary, suggests questions."""

from cherry_reflex.core.agent import Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="orchestrator",
    title="Orchestrator",
    description=(
        "Understands a question about data and the conversation so far, plans which agents and "
        "tools answer it side by side, and writes the closing summary from what they found."
    ),
    skills=(
        Skill(
            id="plan",
            name="Plan the work",
            description="Turns a question into a plan: who does what, and what waits for what.",
            examples=(
                "데이터를 분석할 계획을 세워줘",
                "이 질문에 답하려면 누가 무엇을 해야 해?",
                "여러 에이전트에게 일을 나눠줘",
                "분석 순서를 정해주세요",
                "어떤 팀원이 이 일을 할 수 있어?",
                "Plan the analysis of this data",
                "Who should work on this question?",
                "Split this job between the agents",
                "In which order should this be analysed?",
                "What would you do to answer this?",
            ),
        ),
        Skill(
            id="summary",
            name="Summarise the findings",
            description="Writes the closing summary of a run from the findings of its workers.",
            examples=(
                "지금까지의 결과를 요약해줘",
                "결론만 정리해주세요",
                "에이전트들이 찾은 내용을 종합해줘",
                "Summarise what was found",
                "Give me the conclusion of all results",
                "Put the findings together",
            ),
        ),
        Skill(
            id="suggest",
            name="Suggest questions",
            description="Proposes questions that are worth asking about the uploaded data.",
            examples=(
                "이 데이터로 무엇을 물어볼 수 있어?",
                "질문을 추천해줘",
                "어떤 분석을 해보면 좋을까요?",
                "What could I ask about this data?",
                "Suggest some questions",
                "Which analyses are worth doing here?",
            ),
        ),
    ),
)
