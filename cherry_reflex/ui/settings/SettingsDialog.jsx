// The settings: model, look, team, data; with login the account.

import { BrainCircuit, CircleUser, Database, Palette, Users } from "lucide-react";
import { useState } from "react";

import { useSession } from "../live/session.js";
import { useT } from "../live/strings.js";
import AccountTab from "./AccountTab.jsx";
import DataTab from "./DataTab.jsx";
import Dialog from "./Dialog.jsx";
import LookTab from "./LookTab.jsx";
import ModelTab from "./ModelTab.jsx";
import Tabs from "./Tabs.jsx";
import TeamTab from "./TeamTab.jsx";

/** `tab` is the one to begin with: model, look, team or data. */
export default function SettingsDialog({ open, tab = "model", onClose }) {
  if (!open) return null;
  return <Settings first={tab} onClose={onClose} />;
}

function Settings({ first, onClose }) {
  const t = useT();
  const account = useSession()?.account;
  const [chosen, setChosen] = useState(first);
  const tabs = [
    {
      name: "model",
      label: t("ui.settings.model"),
      icon: BrainCircuit,
      panel: () => <ModelTab />,
    },
    { name: "look", label: t("ui.settings.look"), icon: Palette, panel: () => <LookTab /> },
    { name: "team", label: t("ui.settings.roster"), icon: Users, panel: () => <TeamTab /> },
    { name: "data", label: t("ui.settings.data"), icon: Database, panel: () => <DataTab /> },
    account && {
      name: "account",
      label: t("ui.account.account"),
      icon: CircleUser,
      panel: () => <AccountTab account={account} />,
    },
  ].filter(Boolean);
  return (
    <Dialog title={t("ui.settings.name")} className="c-dialog--settings" onClose={onClose}>
      <Tabs label={t("ui.settings.name")} tabs={tabs} chosen={chosen} onChoose={setChosen} />
    </Dialog>
  );
}
