// Opens an artifact in the side panel: `useContext(PanelContext)(artifact)`.
import { createContext } from "react";

export const PanelContext = createContext(() => {});
