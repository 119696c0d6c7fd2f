// Marks the numbers of an answer where its Markdown is drawn, and finds what they point at.

/** In code blocks no figure is told, and a link leads somewhere else already. */
const LEFT_ALONE = new Set(["pre", "a"]);

/** The plugin's options: `[start, end, index]` of each number to mark, in UTF-16 units of the text;
 *  `index` counts the links and, after them, what is unsupported. Numbers that the question itself
 *  has are not marked. Null where nothing is to be marked. */
export function marksOf(text, evidence) {
  if (!evidence) return null;
  const all = [...evidence.links, ...evidence.unsupported];
  const wanted = all.flatMap((span, index) => (span.kind === "question" ? [] : [[span, index]]));
  if (wanted.length === 0) return null;
  const unit = units(text);
  return wanted
    .map(([{ start, end }, index]) => [unit(start), unit(end), index])
    .sort((a, b) => a[0] - b[0]);
}

/** The mark of an index, and whether something holds it. */
export function markedAt(evidence, index) {
  const { links, unsupported } = evidence;
  if (index < links.length) return { span: links[index], isHeld: true };
  return { span: unsupported[index - links.length], isHeld: false };
}

/** A rehype plugin: each number becomes `<mark data-evidence="index">`. The nodes know where in the
 *  text they come from. */
export function rehypeEvidence(marks) {
  return (tree, file) => walk(tree, String(file.value), marks);
}

function walk(node, source, marks) {
  if (!node.children || LEFT_ALONE.has(node.tagName)) return;
  const children = [];
  for (const child of node.children) {
    if (child.type === "text" && child.position) children.push(...cut(child, source, marks));
    else {
      walk(child, source, marks);
      children.push(child);
    }
  }
  node.children = children;
}

function cut(node, source, marks) {
  const [first, last] = [node.position.start.offset, node.position.end.offset];
  const pieces = [];
  let at = 0;
  for (const [start, end, index] of marks) {
    if (start < first || end > last) continue;
    const written = source.slice(start, end);
    // A text and its source differ by escapes: the same occurrence is meant.
    const place = nth(node.value, written, count(source.slice(first, start), written));
    if (place < at) continue;
    if (place > at) pieces.push({ type: "text", value: node.value.slice(at, place) });
    pieces.push({
      type: "element",
      tagName: "mark",
      properties: { dataEvidence: String(index) },
      children: [{ type: "text", value: written }],
    });
    at = place + written.length;
  }
  if (pieces.length === 0) return [node];
  if (at < node.value.length) pieces.push({ type: "text", value: node.value.slice(at) });
  return pieces;
}

function count(text, part) {
  return text.split(part).length - 1;
}

function nth(text, part, number) {
  let at = text.indexOf(part);
  for (let seen = 0; seen < number && at >= 0; seen += 1) at = text.indexOf(part, at + part.length);
  return at;
}

/** From characters (code points) of a text to UTF-16 units. */
function units(text) {
  const pairs = [];
  for (let at = 0, points = 0; at < text.length; points += 1) {
    const size = text.codePointAt(at) > 0xffff ? 2 : 1;
    if (size === 2) pairs.push(points);
    at += size;
  }
  return (point) => {
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[middle] < point) low = middle + 1;
      else high = middle;
    }
    return point + low;
  };
}

/** The artifact that a link's table is, in the lane that made it; undefined when it is none. */
export function artifactOf(view, { step, table }) {
  const lane = view.lanes.find((one) => one.step === step);
  const made = (lane?.items ?? []).flatMap(({ artifact }) => (artifact ? [artifact] : []));
  const isIt = ({ title, meta }) => meta?.name === table || title === table;
  return made.findLast(isIt) ?? made.findLast(({ meta }) => meta?.table === table);
}
