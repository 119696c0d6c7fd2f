// Keeps a part that breaks (a chunk of an older build, a defect) from taking the page with it.
import { Component } from "react";
import Problem from "../chat/Problem.jsx";
import { text } from "../live/strings.js";

export default class Boundary extends Component {
  state = { error: null };

  static getDerivedStateFromError(error) {
    return { error };
  }

  componentDidCatch(error) {
    console.error(error);
  }

  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Problem text={text("ui.part_broken")} detail={String(error.message ?? error).slice(0, 300)}>
        <button type="button" className="c-button" onClick={() => location.reload()}>
          {text("ui.reload")}
        </button>
      </Problem>
    );
  }
}
