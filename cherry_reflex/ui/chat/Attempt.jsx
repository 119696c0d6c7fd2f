// A button that does something at the server: busy meanwhile, and it says when that failed.
import { useState } from "react";
import { failureText, useT } from "../live/strings.js";

export default function Attempt({ act, children, ...button }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(null);
  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await act();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={run} {...button}>
        {children}
      </button>
      {failure && (
        <span role="alert" className="c-attempt__failure">
          {failureText(t, failure)}
        </span>
      )}
    </>
  );
}
