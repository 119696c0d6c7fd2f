// What two workers say differently about one thing, side by side, and how many numbers of the
// answer nothing holds.
import "./evidence.css";
import { Scale } from "lucide-react";
import { useT } from "../live/strings.js";
import { workerTitle } from "./worker.js";

export default function Contradictions({ view, evidence }) {
  const t = useT();
  const { contradictions, unsupported } = evidence;
  const title = (step) => {
    const lane = view.lanes.find((one) => one.step === step);
    return lane ? workerTitle(t, lane.worker) : step;
  };
  return (
    <>
      {unsupported.length > 0 && (
        <p className="c-run__note">{t("ui.evidence_unheld", { count: unsupported.length })}</p>
      )}
      {contradictions.length > 0 && (
        <section className="c-contradictions" aria-label={t("ui.contradictions")}>
          <p className="c-contradictions__title">
            <Scale size={15} aria-hidden="true" />
            {t("ui.contradictions")}
          </p>
          {contradictions.map(({ sides }, at) => (
            <dl key={at}>
              {sides.map(({ step, text }) => (
                <div key={step}>
                  <dt>{title(step)}</dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          ))}
        </section>
      )}
    </>
  );
}
