// Fills a template of the catalogue, by the rules of `i18n/catalogue.py` and `i18n/particle.py`:
// `{name}`, `{name:how}`, `{name:how|particle}`. `word(key)` looks a word up.

const PARTICLES = {
  은는: ["은", "는"],
  이가: ["이", "가"],
  을를: ["을", "를"],
  과와: ["과", "와"],
  으로: ["으로", "로"],
  이: ["이", ""],
};
const DIGIT_FINAL = { 0: 21, 1: 8, 3: 16, 6: 1, 7: 8, 8: 8 };
const SKIPPED = /["'”’)\]}>」』`*_ ]+$/;
const RIEUL = 8;
const UNITS = ["B", "KB", "MB", "GB"];

export function fill(template, params, language, word) {
  return template.replace(/\{\{|\}\}|\{(\w+)(?::([^}]*))?\}/g, (slot, name, how) => {
    if (slot === "{{") return "{";
    if (slot === "}}") return "}";
    if (!params || !(name in params)) return slot;
    let form = "";
    let appended = "";
    for (const part of (how ?? "").split("|")) {
      if (part in PARTICLES) appended = part;
      else form = part;
    }
    const written = write(params[name], form, language, word);
    return appended ? written + particle(written, appended) : written;
  });
}

export function number(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  if (size >= 1000) {
    const digits = size < 100_000 ? 1 : 0;
    return value.toLocaleString("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }
  return String(Number(value.toPrecision(4)));
}

export function bytes(size) {
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

export function particle(text, name) {
  const [consonant, vowel] = PARTICLES[name];
  const final = finalOf(text.replace(SKIPPED, ""));
  if (final === null) {
    if (name === "으로") return "(으)로";
    return vowel ? `${consonant}(${vowel})` : `(${consonant})`;
  }
  return final === 0 || (name === "으로" && final === RIEUL) ? vowel : consonant;
}

function finalOf(text) {
  if (!text) return null;
  const last = text.at(-1);
  const code = last.codePointAt(0);
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28;
  if (/[0-9]/.test(last)) return DIGIT_FINAL[last] ?? 0;
  return last === "%" ? 0 : null;
}

function write(value, form, language, word) {
  if (Array.isArray(value)) {
    return value.map((item) => write(item, form, language, word)).join(", ");
  }
  if (form === "id") return String(value);
  if (form === "word") return word(`fact.word.${value}`);
  if (form === "q") return language === "ko" ? `‘${value}’` : `“${value}”`;
  if (value === null || value === undefined) return "–";
  if (form === "p") return value < 0.001 ? "p < 0.001" : `p = ${value.toFixed(3)}`;
  if (form === "bytes") return bytes(value);
  if (form) return formatted(value, form);
  if (typeof value === "boolean") return word(`fact.word.${value ? "yes" : "no"}`);
  return typeof value === "number" ? number(value) : String(value);
}

/** The part of Python's format language that the catalogue uses: `,.2f`, `.1%`, `,`. */
function formatted(value, form) {
  const [, group, precision, type] = /^(,?)(?:\.(\d+))?([f%d]?)$/.exec(form) ?? [];
  if (group === undefined || typeof value !== "number") return String(value);
  const digits = precision === undefined ? (type === "f" || type === "%" ? 6 : 0) : +precision;
  const shown = (type === "%" ? value * 100 : value).toLocaleString("en-US", {
    useGrouping: group === ",",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return type === "%" ? shown + "%" : shown;
}
