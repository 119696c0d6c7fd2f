// Mathematics for Markdown; a module of its own, as KaTeX and its fonts are large.
import { createMathPlugin } from "@streamdown/math";
import "katex/dist/katex.min.css";

export default createMathPlugin();
