// Shows and hides the sidebar.

import { PanelLeft } from "lucide-react";

import { useT } from "../live/strings.js";
import { toggleSidebar, useSidebar } from "./sidebar.js";

export default function SidebarButton() {
  const t = useT();
  const shown = useSidebar()?.shown ?? false;
  const label = t(shown ? "ui.history.hide" : "ui.history.show");
  return (
    <button
      type="button"
      className="c-icon-button"
      aria-label={label}
      title={label}
      aria-expanded={shown}
      aria-controls="c-sidebar"
      onClick={toggleSidebar}
    >
      <PanelLeft size={18} aria-hidden="true" />
    </button>
  );
}
