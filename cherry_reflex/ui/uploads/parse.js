// How a file was read: opens the dialog of it, which is a Reflex component
// (`components/parse_dialog.py`), and gives the focus back when it is over.
import { refs } from "$/utils/state";
import { current } from "../live/store.js";

let opened = { id: "", place: "" };
let isAwaited = false;

/** Open it for a dataset; `place` tells the buttons of one dataset apart. */
export function openParse(id, place) {
  opened = { id, place };
  isAwaited = false;
  refs["_client_state_setParsing"]?.(id);
}

/** To the button that opened the dialog; when its dataset was read again, to the one in its place,
 *  which may still be on its way. */
export function focusBack() {
  const made = current().uploads.find(({ dataset }) => dataset.replaces === opened.id);
  const button = buttonOf(made?.dataset.id ?? opened.id);
  if (button) button.focus();
  else isAwaited = true;
}

/** Take the focus for a button that has just been drawn, if it is the awaited one. */
export function takeFocus(button, { replaces }, place) {
  if (!isAwaited || !replaces || replaces !== opened.id || place !== opened.place) return;
  isAwaited = false;
  button.focus();
}

/** Whether some of what was understood is a guess. Months as rows are an offer. */
export function hasGuesses({ parsed }) {
  return (parsed?.guesses ?? []).some((name) => name !== "months_as_rows");
}

function buttonOf(id) {
  return document.querySelector(`[data-parse="${id}-${opened.place}"]`);
}
