// Markdown that is still being written. While parsing it is cheap, each piece is parsed at once; in
// a long paragraph, where it is not, the newest words are appended to the drawn text as they are,
// and are parsed now and then. So a token's way to the screen does not grow with the message.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Streamdown } from "streamdown";
import { splitter } from "./blocks.js";
import { place } from "./tail.js";

/** Parsing and drawing (of all texts that grow at this moment) that takes no longer is done for
 *  every piece (ms). */
const CHEAP_MS = 1;
/** Otherwise the pause after it is so many times as long, so that few pieces wait for it. */
const PAUSES = 24;
const PAUSE_MAX_MS = 2000;

export default function Growing({ text, plugins, remark, components }) {
  "use no memo"; // what it draws depends on the time, not only on its props
  const root = useRef(null);
  const tail = useRef(null);
  const paced = useRef({ parsed: "", began: 0, next: 0 });
  const [split] = useState(splitter);
  const [, setTurn] = useState(0);

  const pace = paced.current;
  const now = performance.now();
  if (pace.parsed !== text && (now >= pace.next || !text.startsWith(pace.parsed))) {
    pace.parsed = text;
    pace.began = now;
  }
  const rest = text.slice(pace.parsed.length);

  useLayoutEffect(() => {
    if (pace.began > 0) {
      const cost = performance.now() - pace.began;
      const pause = cost <= CHEAP_MS ? 0 : Math.min(PAUSE_MAX_MS, cost * PAUSES);
      pace.next = performance.now() + pause;
      pace.began = 0;
    }
    tail.current = place(root.current, tail.current, rest);
  });
  // The last words are parsed also when no more come.
  useEffect(() => {
    if (!rest) return undefined;
    const timer = setTimeout(() => setTurn((turn) => turn + 1), pace.next - performance.now() + 1);
    return () => clearTimeout(timer);
  }, [rest === "", pace.next]);

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
        {pace.parsed}
      </Streamdown>
    </div>
  );
}
