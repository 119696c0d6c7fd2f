// Markdown that is still being written. While parsing it is cheap, each piece is parsed at once; in
// a long paragraph, where it is not, the newest words are appended to the drawn text as they are,
// and are parsed now and then. So a token's way to the screen does not grow with the message.
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "react";
import { Streamdown } from "streamdown";
import { splitter } from "./blocks.js";
import { place } from "./tail.js";
import { drawn, leave, take } from "./turns.js";

export default function Growing({ text, plugins, remark, components }) {
  "use no memo"; // what it draws depends on the time, not only on its props
  const root = useRef(null);
  const tail = useRef(null);
  const parsed = useRef("");
  const [split] = useState(splitter);
  const [, wake] = useReducer((turn) => turn + 1, 0);

  const isAnew = !parsed.current || !text.startsWith(parsed.current);
  if (parsed.current !== text && take(wake, isAnew)) parsed.current = text;
  const rest = text.slice(parsed.current.length);

  useLayoutEffect(() => {
    tail.current = place(root.current, tail.current, rest);
    drawn();
  });
  useEffect(() => () => leave(wake), [wake]);

  return (
    <div ref={root}>
      <Streamdown
        className="c-markdown"
        mode="streaming"
        isAnimating
        parseIncompleteMarkdown={false}
        parseMarkdownIntoBlocksFn={split}
        controls={false}
        linkSafety={{ enabled: false }}
        plugins={plugins}
        remarkPlugins={remark}
        components={components}
      >
        {parsed.current}
      </Streamdown>
    </div>
  );
}
