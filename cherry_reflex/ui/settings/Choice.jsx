// One of a few: radio buttons that look like a row of buttons.

import { useId } from "react";

/** `options` is {value: label}. */
export default function Choice({ label, options, value, onChange }) {
  const name = useId();
  return (
    <fieldset className="c-choice">
      <legend>{label}</legend>
      <div className="c-choice__options">
        {Object.entries(options).map(([key, text]) => (
          <label key={key} className="c-choice__option">
            <input
              type="radio"
              name={name}
              value={key}
              checked={key === value}
              onChange={() => onChange(key)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
