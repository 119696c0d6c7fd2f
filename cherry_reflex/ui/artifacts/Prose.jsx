// Markdown of a stored text.

import { cjk } from "@streamdown/cjk";
import { Streamdown } from "streamdown";

export default function Prose({ text }) {
  return (
    <Streamdown mode="static" plugins={{ cjk }} controls={false} className="c-prose">
      {text}
    </Streamdown>
  );
}
