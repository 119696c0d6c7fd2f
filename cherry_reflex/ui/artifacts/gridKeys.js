// Where a key moves the active cell of a grid (the keys of the ARIA grid pattern).

/** The next active cell, or null when the key is not one that moves. Row -1 is the header. */
export function move({ row, column }, event, { rows, columns, page }) {
  const jump = event.ctrlKey || event.metaKey;
  const bound = (next) => ({
    row: Math.max(-1, Math.min(rows - 1, next.row)),
    column: Math.max(0, Math.min(columns - 1, next.column)),
  });
  switch (event.key) {
    case "ArrowUp":
      return bound({ row: jump ? 0 : row - 1, column });
    case "ArrowDown":
      return bound({ row: jump ? rows - 1 : row + 1, column });
    case "ArrowLeft":
      return bound({ row, column: jump ? 0 : column - 1 });
    case "ArrowRight":
      return bound({ row, column: jump ? columns - 1 : column + 1 });
    case "PageUp":
      return bound({ row: Math.max(0, row - page), column });
    case "PageDown":
      return bound({ row: row + page, column });
    case "Home":
      return bound({ row: jump ? 0 : row, column: 0 });
    case "End":
      return bound({ row: jump ? rows - 1 : row, column: columns - 1 });
    default:
      return null;
  }
}
