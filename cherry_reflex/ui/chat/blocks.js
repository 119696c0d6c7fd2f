// Splits Markdown that grows at its end into blocks, looking only at what is not finished yet: the
// cost of a token does not grow with the message.
import remend from "remend";
import { parseMarkdownIntoBlocks } from "streamdown";

/** A splitter for one growing text: given the text so far it returns its blocks, the last one with
 *  its open marks closed. A text that is not longer than before, but another, is split anew. */
export function splitter() {
  let sealed = [];
  let sealedText = "";
  return (text) => {
    if (!text.startsWith(sealedText)) {
      sealed = [];
      sealedText = "";
    }
    const open = parseMarkdownIntoBlocks(text.slice(sealedText.length));
    // What follows a block may still belong to it (a list goes on after an empty line) until
    // something else stands there.
    let last = open.length - 1;
    while (last > 0 && open[last].trim() === "") last -= 1;
    if (last > 0) {
      const done = open.splice(0, last);
      sealed = [...sealed, ...done];
      sealedText += done.join("");
    }
    if (open.length > 0) open[open.length - 1] = remend(open[open.length - 1]);
    return [...sealed, ...open];
  };
}
