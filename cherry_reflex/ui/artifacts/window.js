// Which part of a long or wide grid is in view.

/** Browsers cannot lay out taller elements (Firefox ends at 17.8 million pixels): past this the
 * scroll bar is scaled. */
const TALLEST_PX = 8_000_000;
const ROWS_BEYOND = 6;
const COLUMNS_BEYOND = 1;

/** The rows in view: their first and last index, where the first is drawn, and the full height. */
export function rowWindow(total, rowPx, scrollTop, viewPx) {
  const fullPx = total * rowPx;
  const heightPx = Math.min(fullPx, TALLEST_PX);
  const room = heightPx - viewPx;
  const scale = room > 0 ? Math.max(1, (fullPx - viewPx) / room) : 1;
  const at = Math.max(0, scrollTop) * scale;
  const top = Math.floor(at / rowPx);
  const first = Math.max(0, top - ROWS_BEYOND);
  const last = Math.min(total - 1, top + Math.ceil(viewPx / rowPx) + ROWS_BEYOND);
  return { first, last, heightPx, scale, offsetPx: scrollTop - (at - first * rowPx) };
}

/** Left edges of columns of these widths; one more than columns, the last is the whole width. */
export function edges(widths) {
  const lefts = [0];
  for (const width of widths) lefts.push(lefts[lefts.length - 1] + width);
  return lefts;
}

/** First and last index of the columns in view. */
export function columnWindow(lefts, scrollLeft, viewPx) {
  const count = lefts.length - 1;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lefts[middle + 1] <= scrollLeft) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < count && lefts[last] < scrollLeft + viewPx) last += 1;
  return {
    first: Math.max(0, low - COLUMNS_BEYOND),
    last: Math.min(count - 1, last + COLUMNS_BEYOND - 1),
  };
}

/** These widths, those that `grows(index)` allows made wider so that they fill the view. */
export function filled(widths, viewPx, grows) {
  const rest = viewPx - widths.reduce((sum, width) => sum + width, 0);
  const count = widths.filter((_, at) => grows(at)).length;
  if (rest <= 0 || count === 0) return widths;
  const more = Math.floor(rest / count);
  return widths.map((width, at) => (grows(at) ? width + more : width));
}
