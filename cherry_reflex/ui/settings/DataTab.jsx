// What is kept, where, how it is computed with, and how it goes away.

import { notLocked } from "../live/settings.js";
import { useT } from "../live/strings.js";

const POINTS = ["kept", "stays", "sent", "deleted"];

export default function DataTab() {
  const t = useT();
  const missing = notLocked().map((part) => t(`ui.settings.lock_${part}`));
  return (
    <dl className="c-points">
      {POINTS.map((point) => (
        <div key={point}>
          <dt>{t(`ui.settings.data_${point}`)}</dt>
          <dd>{t(`ui.settings.data_${point}_about`)}</dd>
        </div>
      ))}
      <div>
        <dt>{t("ui.settings.lock")}</dt>
        <dd>
          {missing.length
            ? t("ui.settings.lock_missing", { parts: missing.join(", ") })
            : t("ui.settings.lock_whole")}
        </dd>
      </div>
    </dl>
  );
}
