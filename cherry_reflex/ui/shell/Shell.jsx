// The layout: sidebar, conversation, side panel; and the keys that work everywhere.
import { useState } from "react";
import Composer from "../chat/Composer.jsx";
import Transcript from "../chat/Transcript.jsx";
import { goTo } from "../live/address.js";
import { open } from "../live/store.js";
import Announcer from "./Announcer.jsx";
import Banner from "./Banner.jsx";
import DropArea from "../uploads/DropArea.jsx";
import Header from "./Header.jsx";
import { PanelContext } from "./panel.js";
import { useKeys } from "./keys.js";

export default function Shell() {
  const [artifact, setArtifact] = useState(null);
  const show = (id) => {
    goTo(id);
    open(id);
  };
  useKeys({ onNew: () => show("") });
  return (
    <PanelContext.Provider value={setArtifact}>
      <div className="c-page">
        <DropArea>
          <Header onNew={() => show("")} />
          <Banner />
          <Transcript />
          <Composer />
        </DropArea>
        <Announcer />
      </div>
    </PanelContext.Provider>
  );
}
