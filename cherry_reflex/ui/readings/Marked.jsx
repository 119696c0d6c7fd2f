// A sentence of a reading, with what is bold in it.
import { pieces } from "./sentence.js";

export default function Marked({ text }) {
  return pieces(text).map((piece, index) =>
    piece.isBold ? <strong key={index}>{piece.text}</strong> : piece.text,
  );
}
