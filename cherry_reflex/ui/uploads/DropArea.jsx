// Files can be dropped anywhere on the page.
import "./uploads.css";
import { FileUp } from "lucide-react";
import { useEffect, useState } from "react";
import { useT } from "../live/strings.js";
import { addFiles } from "./files.js";

export default function DropArea({ children }) {
  const t = useT();
  const over = useDrop();
  return (
    <div className="c-main">
      {children}
      {over && (
        <div className="c-drop" aria-hidden="true">
          <FileUp size={32} />
          {t("ui.drop_here")}
        </div>
      )}
    </div>
  );
}

function useDrop() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const isFiles = (event) => event.dataTransfer?.types.includes("Files");
    const set = (next) => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    const handlers = {
      dragenter: (event) => isFiles(event) && set(depth + 1),
      dragleave: (event) => isFiles(event) && set(depth - 1),
      dragover: (event) => isFiles(event) && event.preventDefault(),
      drop: (event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        set(0);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) addFiles(files);
      },
    };
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name, handler);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) removeEventListener(name, handler);
    };
  }, []);
  return over;
}
