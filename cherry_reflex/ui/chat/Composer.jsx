// Where one writes: uploads above, the text, attach, send or stop.
import { ArrowUp, Paperclip, Square } from "lucide-react";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { answer, ask, stop } from "../live/ask.js";
import { useRoster } from "../live/roster.js";
import { questionCharsMax } from "../live/settings.js";
import { useSignal } from "../live/signals.js";
import { current, liveRun } from "../live/store.js";
import { failureText, useT } from "../live/strings.js";
import FileInput from "../uploads/FileInput.jsx";
import Uploads from "../uploads/Uploads.jsx";
import { addFiles, filesHere, isUploading, uploaded } from "../uploads/files.js";
import { pick } from "../uploads/picker.js";
import AnswerBar from "./AnswerBar.jsx";
import { answering, useAnswering } from "./answering.js";
import { draftOf, setDraft } from "./draft.js";
import Mentions from "./Mentions.jsx";
import { candidates, mentionAt } from "./mentions.js";
import Notice from "./Notice.jsx";
import Problem from "./Problem.jsx";
import WarmUp from "./WarmUp.jsx";

const HEIGHT_MAX_PX = 192;

export default function Composer() {
  const t = useT();
  useSignal("conversation");
  useSignal("draft");
  const { id } = current();
  const text = draftOf(id);
  const box = useRef(null);
  const [failure, setFailure] = useState(null);
  // The conversations whose question is on its way: another one can be asked meanwhile.
  const [sending, setSending] = useState([]);
  const busy = sending.includes(current());
  const [isWaiting, setWaiting] = useState(false);
  const askedId = useId();
  const asked = useAnswering();
  const isAnswer = Boolean(asked?.isHere);
  const mentions = useMentions(isAnswer ? "" : text, box);
  const run = liveRun();
  const label = t(isAnswer ? "ui.answer_placeholder" : "ui.ask_placeholder");
  const charsMax = questionCharsMax();
  const isTooLong = text.length > charsMax;
  useHeight(box, text);
  useEffect(() => {
    setFailure(null);
    // A phone's keyboard should not jump up by itself.
    if (matchMedia("(pointer: fine)").matches) box.current?.focus();
  }, [id]);

  const write = (next) => setDraft(id, next);
  const send = async () => {
    if (!text.trim() || busy || isTooLong) return;
    const shown = current();
    setSending((others) => [...others, shown]);
    setFailure(null);
    try {
      if (!isAnswer && isUploading() && !(await dataIsThere(id, setWaiting))) return;
      await sendDraft();
    } finally {
      setSending((others) => others.filter((one) => one !== shown));
    }
  };
  const sendDraft = async () => {
    // It may have been written on meanwhile.
    const question = draftOf(current().id).trim();
    setDraft(current().id, "");
    try {
      const to = answering();
      if (!question) return;
      if (to?.isHere) await answer(to.runId, to.lane.step, question);
      else await ask(question);
    } catch (error) {
      setFailure(error);
      const here = current().id;
      if (!draftOf(here)) setDraft(here, question);
    }
  };
  const onKeyDown = (event) => {
    // While an IME composes, Enter ends the syllable and nothing else.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (mentions.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  };

  return (
    <footer className="c-dock">
      <div className="c-column">
        <FileInput />
        <Uploads />
        {failure && <Problem text={failureText(t, failure)} />}
        {isTooLong && <Problem text={t("ui.too_long", { limit: charsMax })} />}
        <div className="c-composer">
          {asked && <AnswerBar id={askedId} asked={asked} />}
          {mentions.open && <Mentions {...mentions.list} />}
          <textarea
            id="composer"
            ref={box}
            className="c-composer__text"
            rows={1}
            value={text}
            placeholder={label}
            aria-label={label}
            aria-describedby={asked ? askedId : undefined}
            {...mentions.aria}
            onChange={(event) => write(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              addFiles(files);
            }}
          />
          <div className="c-composer__row">
            <button
              type="button"
              className="c-icon-button"
              onClick={pick}
              aria-label={t("ui.upload")}
              title={t("ui.upload")}
            >
              <Paperclip size={18} aria-hidden="true" />
            </button>
            <span className="c-composer__hint">
              {t(isWaiting ? "ui.sent_after_upload" : "ui.composer_hint")}
            </span>
            {run && !text.trim() ? (
              <button
                type="button"
                className="c-composer__send c-composer__send--stop"
                onClick={() => stop(run.run_id).catch(setFailure)}
                aria-label={t("ui.stop")}
                title={t("ui.stop_key")}
              >
                <Square size={14} fill="currentColor" aria-hidden="true" />
              </button>
            ) : (
              <button
                type="button"
                className="c-composer__send"
                disabled={!text.trim() || busy || isTooLong}
                onClick={send}
                aria-label={t(isAnswer ? "ui.answer" : "ui.send")}
                title={t(isAnswer ? "ui.answer" : "ui.send")}
              >
                {isWaiting ? (
                  <span className="c-spinner" />
                ) : (
                  <ArrowUp size={18} aria-hidden="true" />
                )}
              </button>
            )}
          </div>
        </div>
        <Notice />
        {text && <WarmUp />}
      </div>
    </footer>
  );
}

/** Wait for the files on their way: the question is about them. Says whether it is to be sent: not
 *  when one of them failed, nor from another conversation. */
async function dataIsThere(id, setWaiting) {
  setWaiting(true);
  await uploaded();
  setWaiting(false);
  const isHere = id === current().id || (id === "" && current().isBegun);
  return isHere && !filesHere().some(({ state }) => state === "failed");
}

/** The height of the text, from one line to twelve. */
function useHeight(box, text) {
  useLayoutEffect(() => {
    const area = box.current;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, HEIGHT_MAX_PX)}px`;
  }, [box, text]);
}

function useMentions(text, box) {
  const id = useId();
  const [active, setActive] = useState(0);
  const [closedFor, setClosedFor] = useState(null);
  const part = mentionAt(text, box.current?.selectionStart ?? text.length);
  const roster = useRoster(part !== null);
  const found = part === null || closedFor === part ? [] : candidates(roster, part);
  const open = found.length > 0;
  const choose = (one) => {
    const rest = text.slice(1 + (part?.length ?? 0)).trimStart();
    setDraft(current().id, `@${one.name} ${rest}`);
    setActive(0);
    box.current?.focus();
  };
  const onKey = (event) => {
    if (!open) return false;
    const count = found.length;
    const moves = { ArrowDown: (active + 1) % count, ArrowUp: (active + count - 1) % count };
    if (event.key in moves) setActive(moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") choose(found[Math.min(active, count - 1)]);
    else if (event.key === "Escape") setClosedFor(part);
    else return false;
    event.preventDefault();
    return true;
  };
  const chosen = Math.min(active, found.length - 1);
  return {
    open,
    onKey,
    list: { id, found, active: chosen, onChoose: choose },
    aria: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": open ? id : undefined,
      "aria-activedescendant": open ? `${id}-${chosen}` : undefined,
    },
  };
}
