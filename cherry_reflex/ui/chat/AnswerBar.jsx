// Above the text of the composer: whose question it answers, and the way to ask something else.
import { CircleHelp } from "lucide-react";
import { useT } from "../live/strings.js";
import { answerHere } from "./answering.js";
import { workerTitle } from "./worker.js";

export default function AnswerBar({ id, asked }) {
  const t = useT();
  const { lane, isHere } = asked;
  const name = workerTitle(t, lane.worker);
  return (
    <div className="c-answering" data-here={isHere}>
      <CircleHelp size={16} aria-hidden="true" />
      <p id={id}>
        <strong>{t(isHere ? "ui.answering" : "ui.answer_awaited", { name })}</strong>{" "}
        <span className="c-answering__prompt">{lane.prompt}</span>
      </p>
      <button type="button" className="c-button" onClick={() => answerHere(!isHere)}>
        {t(isHere ? "ui.ask_else" : "ui.answer")}
      </button>
    </div>
  );
}
