// Sizes of files, as people read them.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** `1536` bytes as "1.5 kB", in the manner of the language. */
export function sizeText(bytes, language) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}
