// The layout: sidebar, conversation, side panel, dialogs; and the keys that work everywhere.
import { lazy, Suspense, useCallback, useLayoutEffect, useMemo, useState } from "react";
import AccountRow from "../account/AccountRow.jsx";
import Ended from "../account/Ended.jsx";
import Composer from "../chat/Composer.jsx";
import Transcript from "../chat/Transcript.jsx";
import Sidebar from "../history/Sidebar.jsx";
import { makeRoom, searchConversations, toggleSidebar } from "../history/sidebar.js";
import { goTo } from "../live/address.js";
import { useSession } from "../live/session.js";
import { useSignal } from "../live/signals.js";
import { current, open } from "../live/store.js";
import DropArea from "../uploads/DropArea.jsx";
import Announcer from "./Announcer.jsx";
import Banner from "./Banner.jsx";
import Boundary from "./Boundary.jsx";
import Header from "./Header.jsx";
import { useKeys } from "./keys.js";
import { followed, OpenContext } from "./opening.js";

const ArtifactPanel = lazy(() => import("../artifacts/ArtifactPanel.jsx"));
const HelpDialog = lazy(() => import("../settings/HelpDialog.jsx"));
const SettingsDialog = lazy(() => import("../settings/SettingsDialog.jsx"));

export default function Shell() {
  useSignal("conversation");
  const account = useSession()?.account;
  const [wide, setWide] = useState(null);
  const [dialog, setDialog] = useState(null);
  const show = useCallback((id) => {
    goTo(id);
    open(id);
    setWide(null);
  }, []);
  const begin = useCallback(() => show(""), [show]);
  const close = useCallback(() => setDialog(null), []);
  const narrow = useCallback(() => setWide(null), []);
  const opening = useMemo(
    () => ({
      artifact: (artifact, siblings = []) => setWide({ artifact, siblings }),
      follow: (before, made) => setWide((now) => followed(now, before, made)),
      settings: (tab) => setDialog({ name: "settings", tab }),
      help: () => setDialog({ name: "help" }),
    }),
    [],
  );
  useLayoutEffect(() => makeRoom(wide !== null), [wide]);
  useKeys({
    onSearch: searchConversations,
    onNew: begin,
    onSidebar: toggleSidebar,
    onHelp: opening.help,
  });
  return (
    <OpenContext.Provider value={opening}>
      <div className="c-page">
        <Sidebar currentId={current().id} onOpen={show} onNew={begin}>
          {account && <AccountRow account={account} />}
        </Sidebar>
        <DropArea>
          <Header onNew={begin} />
          <Ended />
          <Banner />
          <Transcript />
          <Composer />
        </DropArea>
        <Boundary>
          <Suspense fallback={null}>
          {wide && (
            <ArtifactPanel
              artifact={wide.artifact}
              siblings={wide.siblings}
              onOpen={(artifact) => opening.artifact(artifact, wide.siblings)}
              onClose={narrow}
            />
          )}
          {dialog?.name === "settings" && <SettingsDialog open tab={dialog.tab} onClose={close} />}
          {dialog?.name === "help" && <HelpDialog open onClose={close} />}
          </Suspense>
        </Boundary>
        <Announcer />
      </div>
    </OpenContext.Provider>
  );
}
