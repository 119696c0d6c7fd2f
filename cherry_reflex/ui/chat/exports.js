// The files that a conversation, or one answer of it, can be saved as: items of a menu.
import { FileCode2, FileText, NotebookText } from "lucide-react";
import { apiUrl } from "../live/api.js";

const FORMATS = { markdown: FileText, html: FileCode2, notebook: NotebookText };

export function exportItems(t, conversationId, runId = "") {
  return Object.entries(FORMATS).map(([format, icon]) => {
    const query = new URLSearchParams({ format, language: t.language });
    if (runId) query.set("run", runId);
    return {
      label: t(`ui.export_${format}`),
      icon,
      href: apiUrl(`/api/conversations/${conversationId}/export?${query}`),
    };
  });
}
