// Words that are shown before they are parsed: one text node at the end of what is drawn.

const BLOCKS = new Set(
  "DIV P UL OL LI BLOCKQUOTE PRE CODE H1 H2 H3 H4 H5 H6 TABLE TBODY TR TD".split(" "),
);

/** Show `text` at the end of what React has drawn in `root`; `node` is what the last call gave.
 *  React does not know the node: it is taken away before React changes anything beside it, as
 *  every call follows upon a drawing. */
export function place(root, node, text) {
  if (!text) {
    node?.remove();
    return null;
  }
  const words = node ?? document.createTextNode("");
  const end = innermost(root, words);
  if (end.lastChild !== words) end.append(words);
  // Appending keeps what is laid out already; only a new beginning writes the whole.
  if (words.data && text.startsWith(words.data)) words.appendData(text.slice(words.data.length));
  else words.data = text;
  return words;
}

/** The innermost block at the end of `root`, as if `words` were not there. */
function innermost(root, words) {
  let at = root;
  for (;;) {
    let last = at.lastChild;
    if (last === words) last = words.previousSibling;
    if (last?.nodeType !== Node.ELEMENT_NODE || !BLOCKS.has(last.tagName)) return at;
    at = last;
  }
}
