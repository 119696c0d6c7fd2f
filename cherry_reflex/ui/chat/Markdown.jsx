// Markdown as it streams: finished blocks are not rendered again, unfinished ones are closed.
// The renderer is loaded when the first text is there; until then the text is shown as it is.
import { lazy, memo, Suspense } from "react";
import Boundary from "../shell/Boundary.jsx";

const Rendered = lazy(() => import("./MarkdownBlocks.jsx"));

function Markdown({ text, live = false, evidence = null }) {
  return (
    <Boundary>
      <Suspense fallback={<div className="c-markdown c-markdown--plain">{text}</div>}>
        <Rendered text={text} live={live} evidence={evidence} />
      </Suspense>
    </Boundary>
  );
}

export default memo(Markdown);
