// What any part of the page can open: `useOpen().artifact(artifact, siblings)` in the side panel,
// `useOpen().settings(tab)`.
import { createContext, useContext } from "react";

export const OpenContext = createContext({ artifact: () => {}, settings: () => {} });

export function useOpen() {
  return useContext(OpenContext);
}
