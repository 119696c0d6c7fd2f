// The page's one file input; buttons anywhere open it.
import { useT } from "../live/strings.js";
import { ACCEPTED, holdInput, onPicked } from "./picker.js";

export default function FileInput() {
  const t = useT();
  return (
    <input
      ref={holdInput}
      type="file"
      multiple
      accept={ACCEPTED}
      className="c-hidden"
      tabIndex={-1}
      aria-label={t("ui.upload")}
      onChange={onPicked}
    />
  );
}
