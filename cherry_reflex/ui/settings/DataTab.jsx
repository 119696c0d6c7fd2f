// What is kept, where, and how it goes away.

import { useT } from "../live/strings.js";

const POINTS = ["kept", "stays", "sent", "deleted"];

export default function DataTab() {
  const t = useT();
  return (
    <dl className="c-points">
      {POINTS.map((point) => (
        <div key={point}>
          <dt>{t(`ui.settings.data_${point}`)}</dt>
          <dd>{t(`ui.settings.data_${point}_about`)}</dd>
        </div>
      ))}
    </dl>
  );
}
