// What the person answered to a worker's question.
import { CornerDownRight } from "lucide-react";

export default function Given({ text }) {
  return (
    <p className="c-answer-given">
      <CornerDownRight size={14} aria-hidden="true" />
      {text}
    </p>
  );
}
