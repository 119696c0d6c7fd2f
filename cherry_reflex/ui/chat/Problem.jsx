// What went wrong, where it went wrong, and what can be done.
import { TriangleAlert } from "lucide-react";

export default function Problem({ text, detail, children }) {
  return (
    <div className="c-problem" role="alert">
      <TriangleAlert size={16} aria-hidden="true" className="c-problem__sign" />
      <div className="c-problem__body">
        <p>{text}</p>
        {detail && detail !== text && <code className="c-problem__detail">{detail}</code>}
        {children && <div className="c-problem__actions">{children}</div>}
      </div>
    </div>
  );
}
