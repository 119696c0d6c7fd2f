// The button that shows how a file was read. It tells when some of that is a guess.
import { FileSearch } from "lucide-react";
import { useEffect, useRef } from "react";
import { useT } from "../live/strings.js";
import { hasGuesses, openParse, takeFocus } from "./parse.js";

/** In the place `card` it has words, in `chip` it is an icon. */
export default function HowRead({ dataset, place }) {
  const t = useT();
  const button = useRef(null);
  const isGuessed = hasGuesses(dataset);
  useEffect(() => {
    if (button.current) takeFocus(button.current, dataset, place);
  }, [dataset.replaces]);
  // What comes from elsewhere has no file that could be read again.
  if (!dataset.upload) return null;
  const isCard = place === "card";
  const name = t(isGuessed ? "ui.parse.open_guessed" : "ui.parse.open_of", { name: dataset.name });
  return (
    <button
      ref={button}
      type="button"
      className={isCard ? "c-dataset__read" : "c-attachment__button"}
      data-parse={`${dataset.id}-${place}`}
      aria-haspopup="dialog"
      aria-label={isCard ? undefined : name}
      title={isCard ? undefined : name}
      onClick={() => openParse(dataset.id, place)}
    >
      <FileSearch size={14} aria-hidden="true" />
      {isCard && <span className="c-dataset__read-words">{t("ui.parse.title")}</span>}
      {isCard && <span className="c-hidden">{dataset.name}</span>}
      {isCard && isGuessed && <span className="c-guess">{t("ui.parse.guessed")}</span>}
      {!isCard && isGuessed && <span className="c-guess__dot" aria-hidden="true" />}
    </button>
  );
}
