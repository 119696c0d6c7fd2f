// The renderer of Markdown: Streamdown with CJK emphasis and, when a text has some, mathematics.
// Model text is hostile: HTML is sanitised, images of other hosts are not loaded, links are marked.
import "../artifacts/artifacts.css";
import { cjk as cjkPlugin } from "@streamdown/cjk";
import { ImageOff } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { defaultRehypePlugins, defaultRemarkPlugins, Streamdown } from "streamdown";
import { Code } from "../artifacts/CodeFold.jsx";
import { useT } from "../live/strings.js";
import { marksOf, rehypeEvidence } from "./evidence.js";
import Figure from "./Figure.jsx";
import Growing from "./Growing.jsx";

// A single tilde is a range in Korean (`10~20`), two are a line through text.
const TILDES = { singleTilde: false };
const REMARK = Object.values({ ...defaultRemarkPlugins, gfm: [defaultRemarkPlugins.gfm[0], TILDES] });
const cjk = {
  ...cjkPlugin,
  remarkPluginsAfter: cjkPlugin.remarkPluginsAfter.map((one, at, all) =>
    at === all.length - 1 ? [one, TILDES] : one,
  ),
};

let math = null;

const REHYPE = Object.values(defaultRehypePlugins);

/** `evidence` says where the numbers of a finished answer come from. */
export default function MarkdownBlocks({ text, live, evidence = null }) {
  const plugins = usePlugins(text);
  const rehype = useMemo(() => {
    const marks = marksOf(text, evidence);
    return marks ? [...REHYPE, [rehypeEvidence, marks]] : REHYPE;
  }, [text, evidence]);
  if (live) return <Growing text={text} plugins={plugins} remark={REMARK} components={COMPONENTS} />;
  return (
    <Streamdown
      className="c-markdown"
      mode="static"
      controls={false}
      linkSafety={{ enabled: false }}
      plugins={plugins}
      remarkPlugins={REMARK}
      rehypePlugins={rehype}
      components={COMPONENTS}
    >
      {text}
    </Streamdown>
  );
}

const BASE = { cjk };

function usePlugins(text) {
  const [plugins, setPlugins] = useState(math ? { ...BASE, math } : BASE);
  const wanted = !plugins.math && text.includes("$$");
  useEffect(() => {
    if (!wanted) return;
    import("./mathematics.js").then(({ default: loaded }) => {
      math = loaded;
      setPlugins({ ...BASE, math });
    });
  }, [wanted]);
  return plugins;
}

const plain = (Tag) =>
  function Plain({ node: _, className: __, ...props }) {
    return <Tag {...props} />;
  };

const COMPONENTS = {
  ...Object.fromEntries(
    ["h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "hr", "blockquote",
     "thead", "tbody", "tr", "th", "td", "sup", "sub"].map((tag) => [tag, plain(tag)]),
  ),
  a: Link,
  img: Picture,
  mark: Figure,
  table: Table,
  inlineCode: ({ children }) => <code>{children}</code>,
  code: Fence,
};

function Link({ href, children }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Picture({ src, alt }) {
  const t = useT();
  const isOurs = typeof src === "string" && /^(\/api\/|data:image\/(png|jpeg|webp|gif);)/.test(src);
  if (isOurs) return <img src={src} alt={alt ?? ""} />;
  return (
    <span className="c-markdown__image">
      <ImageOff size={14} aria-hidden="true" />
      {t("ui.image_not_loaded", { name: alt || t("ui.image") })}
    </span>
  );
}

function Table({ children }) {
  return (
    <div className="c-markdown__table" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  );
}

function Fence({ className, children, "data-block": block }) {
  const text = textOf(children);
  const language = /language-(\w+)/.exec(className ?? "")?.[1] ?? "";
  if (!block) return <code>{children}</code>;
  return <Code code={text.replace(/\n$/, "")} language={language} />;
}

function textOf(node) {
  if (typeof node === "string") return node;
  if (Array.isArray(node)) return node.map(textOf).join("");
  return node?.props ? textOf(node.props.children) : "";
}
