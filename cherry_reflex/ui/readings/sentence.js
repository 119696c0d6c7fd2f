// Sentences of readings: what stands between `**` is bold.

/** `[{text, isBold}]`. */
export function pieces(sentence) {
  return sentence
    .split("**")
    .map((text, index) => ({ text, isBold: index % 2 === 1 }))
    .filter(({ text }) => text);
}

/** The sentence without the marks. */
export function plain(sentence) {
  return sentence.replaceAll("**", "");
}
