// What any part of the page can open: `useOpen().artifact(artifact, siblings)` in the side panel,
// `useOpen().settings(tab)`.
import { createContext, useContext } from "react";

export const OpenContext = createContext({ artifact: () => {}, follow: () => {}, settings: () => {} });

/** What is open wide once the artifacts `before` were made again as `made`: of those that are new,
 *  the one that stands in the same place among those of its kind. */
export function followed(wide, before, made) {
  if (!wide || !before.some(({ id }) => id === wide.artifact.id)) return wide;
  if (made.some(({ id }) => id === wide.artifact.id)) return wide;
  const changed = (all, others) =>
    all.filter(({ id, kind }) => kind === wide.artifact.kind && !others.some((o) => o.id === id));
  const place = changed(before, made).findIndex(({ id }) => id === wide.artifact.id);
  const artifact = changed(made, before)[place];
  return artifact ? { artifact, siblings: made } : wide;
}

export function useOpen() {
  return useContext(OpenContext);
}
