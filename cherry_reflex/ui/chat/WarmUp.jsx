// Loads what draws Markdown, and draws a little with it out of sight, while a question is being
// typed: the first words of the answer then wait for neither.
import { useEffect, useState } from "react";

const SAMPLE = "**a** `b`\n\n- c\n\n| d |\n|---|\n| e |";
let isWarm = false;

export default function WarmUp() {
  const [Drawn, setDrawn] = useState(null);
  useEffect(() => {
    if (isWarm) return;
    isWarm = true;
    import("./MarkdownBlocks.jsx").then(
      (loaded) => setDrawn(() => loaded.default),
      () => {
        isWarm = false; // it is loaded when it is needed
      },
    );
  }, []);
  useEffect(() => {
    if (Drawn) setDrawn(null);
  }, [Drawn]);
  return (
    Drawn && (
      <div hidden>
        <Drawn text={SAMPLE} live />
      </div>
    )
  );
}
