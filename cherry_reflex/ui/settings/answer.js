// An answer of the API for as long as a component is there.

import { useCallback, useEffect, useState } from "react";

import { api } from "../live/api.js";

/** {value, failure, busy, ask}: `ask(path)` fetches again, from `path` when one is given. */
export function useAnswer(path) {
  const [state, setState] = useState({ value: null, failure: null, busy: true });
  const [wanted, setWanted] = useState({ path, count: 0 });
  useEffect(() => {
    const control = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    api(wanted.path, { signal: control.signal }).then(
      (value) => setState({ value, failure: null, busy: false }),
      (failure) => {
        if (!control.signal.aborted) setState((old) => ({ ...old, failure, busy: false }));
      },
    );
    return () => control.abort();
  }, [wanted]);
  const ask = useCallback(
    (other = path) => {
      setWanted(({ count }) => ({ path: other, count: count + 1 }));
    },
    [path],
  );
  return { ...state, ask };
}
