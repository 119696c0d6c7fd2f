// Asks the connected language model for a word: whether it answers, and how fast.
import { useState } from "react";

import { api } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";

export default function ModelTest() {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState(null);
  const [failure, setFailure] = useState(null);
  const test = async () => {
    setBusy(true);
    setFound(null);
    setFailure(null);
    try {
      setFound(await api("/api/model/test", { method: "POST" }));
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="c-settings__test">
      <button type="button" className="c-button" disabled={busy} onClick={test}>
        {busy && <span className="c-spinner" />}
        {t("ui.settings.test")}
      </button>
      <span role="status">
        {found &&
          t("ui.settings.test_ok", { first: found.first_token_s, total: found.total_s })}
      </span>
      {failure && (
        <p role="alert" className="c-settings__problem">
          {failureText(t, failure)}
        </p>
      )}
    </div>
  );
}
