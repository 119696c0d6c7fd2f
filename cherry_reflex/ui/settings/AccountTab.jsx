// Who is signed in, and another password for them.
import { useId, useState } from "react";

import { api } from "../live/api.js";
import { failureText, useT } from "../live/strings.js";

const EMPTY = { now: "", fresh: "", again: "" };

export default function AccountTab({ account }) {
  const t = useT();
  const [given, setGiven] = useState(EMPTY);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [isChanged, setChanged] = useState(false);
  const write = (field, value) => {
    setGiven((before) => ({ ...before, [field]: value }));
    setProblem("");
    setChanged(false);
  };
  const change = async (event) => {
    event.preventDefault();
    if (given.fresh !== given.again) {
      setProblem(t("error.password_differs"));
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      const json = { password: given.now, new: given.fresh };
      await api("/api/session/password", { method: "PUT", json });
      setGiven(EMPTY);
      setChanged(true);
    } catch (error) {
      setProblem(failureText(t, error));
    } finally {
      setBusy(false);
    }
  };
  const field = (name, label, autoComplete) => (
    <Field
      label={t(label)}
      value={given[name]}
      autoComplete={autoComplete}
      onChange={(value) => write(name, value)}
    />
  );
  return (
    <>
      <p className="c-settings__who">{t("ui.account.who", { name: account.name })}</p>
      <form className="c-password" onSubmit={change}>
        <h3>{t("ui.account.change")}</h3>
        <p>{t("ui.account.change_about")}</p>
        {/* Password managers want to know whose it is. */}
        <input type="hidden" autoComplete="username" value={account.name} readOnly />
        {field("now", "ui.account.password_now", "current-password")}
        {field("fresh", "ui.account.password_new", "new-password")}
        {field("again", "ui.account.password_again", "new-password")}
        {problem && (
          <p role="alert" className="c-settings__problem">
            {problem}
          </p>
        )}
        <p role="status" className="c-password__done">
          {isChanged && t("ui.account.changed")}
        </p>
        <button type="submit" className="c-button c-button--primary" disabled={busy}>
          {busy && <span className="c-spinner" />}
          {t("ui.account.change")}
        </button>
      </form>
    </>
  );
}

function Field({ label, value, autoComplete, onChange }) {
  const id = useId();
  return (
    <div className="c-password__field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="c-field"
        type="password"
        required
        value={value}
        autoComplete={autoComplete}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
