// What any part of the page can open: `useOpen().artifact(artifact, siblings)` in the side panel,
// `useOpen().settings(tab)`.
import { createContext, useContext } from "react";

export const OpenContext = createContext({ artifact: () => {}, follow: () => {}, settings: () => {} });

const isSame = (one, other) =>
  one.kind === other.kind && (one.id === other.id || one.title === other.title);

/** What is open wide once the artifacts `before` were made again as `made`, in any order: the same
 *  one, or of those that are new the one in the same place among those of its kind. */
export function followed(wide, before, made) {
  if (!wide || !before.some(({ id }) => id === wide.artifact.id)) return wide;
  if (made.some(({ id }) => id === wide.artifact.id)) return wide;
  const changed = (all, others) =>
    all.filter((one) => one.kind === wide.artifact.kind && !others.some((o) => isSame(o, one)));
  const place = changed(before, made).findIndex(({ id }) => id === wide.artifact.id);
  const artifact =
    made.find((one) => isSame(one, wide.artifact)) ?? changed(made, before)[place];
  return artifact ? { artifact, siblings: made } : wide;
}

export function useOpen() {
  return useContext(OpenContext);
}
