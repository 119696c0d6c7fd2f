// Conversations by when they were last used, in the person's own days.

const NAMES = ["pinned", "today", "yesterday", "earlier"];

function midnight(now, daysAgo) {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - daysAgo);
  return day.getTime() / 1000;
}

/** Return [{name, list}], newest first, empty groups left out. */
export function groups(list, now = Date.now()) {
  const today = midnight(now, 0);
  const yesterday = midnight(now, 1);
  const found = { pinned: [], today: [], yesterday: [], earlier: [] };
  for (const one of list.toSorted((a, b) => b.updated_at - a.updated_at)) {
    if (one.pinned) found.pinned.push(one);
    else if (one.updated_at >= today) found.today.push(one);
    else if (one.updated_at >= yesterday) found.yesterday.push(one);
    else found.earlier.push(one);
  }
  return NAMES.filter((name) => found[name].length).map((name) => ({ name, list: found[name] }));
}
