// What a worker said and did, in the order of time. Its artifacts are shown below the lanes.
import { Check, X } from "lucide-react";
import { current } from "../live/store.js";
import { useT } from "../live/strings.js";
import { readingWords } from "../readings/words.js";
import Given from "./Given.jsx";
import Markdown from "./Markdown.jsx";

export default function LaneItems({ lane, live }) {
  const last = lane.items.length - 1;
  const drawn = (item, index) => (
    <LaneItem key={index} item={item} text={item.text} ok={item.ok} live={live && index === last} />
  );
  // Calls that follow each other stand in one line; their artifacts are drawn elsewhere.
  return callsTogether(lane.items).map((places) =>
    places.length > 1 ? (
      <div key={places[0]} className="c-calls">
        {places.map((index) => drawn(lane.items[index], index))}
      </div>
    ) : (
      drawn(lane.items[places[0]], places[0])
    ),
  );
}

/** The places of the items, those of calls that follow each other together. */
function callsTogether(items) {
  const groups = [];
  let calls = null;
  items.forEach(({ kind }, index) => {
    if (kind === "artifact") return;
    if (kind === "call" && calls) {
      calls.push(index);
      return;
    }
    groups.push([index]);
    calls = kind === "call" ? groups.at(-1) : null;
  });
  return groups;
}

function LaneItem({ item, text, ok, live }) {
  if (item.kind === "text") return <Markdown text={text} live={live} />;
  if (item.kind === "call") return <Call item={item} ok={ok} text={text} />;
  if (item.kind === "line") return <pre className="c-line" data-level={item.level}>{text}</pre>;
  if (item.kind === "answer") return <Given text={text} />;
  return null;
}

function Call({ item, ok, text }) {
  const t = useT();
  const given = Object.entries(item.arguments ?? {}).map(([name, value]) => [
    name,
    (isQuery(item) && understood(t, name, value)) || named(value),
  ]);
  const word = ok === null ? "ui.lane_running" : ok ? "ui.lane_done" : "ui.lane_failed";
  return (
    <details className="c-call" data-ok={String(ok)}>
      <summary>
        {ok === null && <span className="c-spinner" />}
        {ok === true && <Check size={14} aria-hidden="true" />}
        {ok === false && <X size={14} aria-hidden="true" />}
        <span className="c-hidden">{t(word)}</span>
        <code>{item.name}</code>
        <span className="c-call__brief">{given
            .filter(([name]) => (isQuery(item) ? name === "reading" : name !== "dataset"))
            .map(([, value]) => brief(value))
            .join(", ")}</span>
      </summary>
      {given.length > 0 && (
        <dl className="c-call__given">
          {given.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{brief(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {text && <p className="c-call__text">{text}</p>}
    </details>
  );
}

/** Whether it is our operation that computes a reading, which nobody has to read as JSON. */
function isQuery({ name, arguments: given }) {
  return name === "query" && given?.reading?.constructor === Object;
}

function understood(t, name, value) {
  if (name === "reading") return readingWords(t, value);
  if (name === "alternatives") return value.map((one) => readingWords(t, one)).join("; ");
  return "";
}

function brief(value) {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A dataset's id as people know it. */
function named(value) {
  const found = current().uploads.find(({ dataset }) => dataset.id === value);
  return found ? found.dataset.name : value;
}
