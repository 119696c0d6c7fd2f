// What the person asked: a bubble at the right.
export default function Question({ text }) {
  const mention = /^@(\S+)(\s[\s\S]*)$/.exec(text);
  return (
    <div className="c-question">
      <p className="c-question__bubble">
        {mention ? (
          <>
            <span className="c-question__mention">@{mention[1]}</span>
            {mention[2]}
          </>
        ) : (
          text
        )}
      </p>
    </div>
  );
}
