// Where the focus may go.

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex="0"]';

/** On a Tab at either end of `box`, go on at its other end. */
export function keepInside(box, event) {
  const all = [...box.querySelectorAll(FOCUSABLE)].filter(
    (element) => element.tabIndex >= 0 && element.checkVisibility(),
  );
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const leaving = event.shiftKey ? at <= 0 : at === all.length - 1;
  if (!leaving) return;
  event.preventDefault();
  all[event.shiftKey ? all.length - 1 : 0].focus();
}
