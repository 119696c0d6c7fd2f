// Who is signed in, and the way out; at the foot of the sidebar.
import "./account.css";
import { CircleUser, LogOut } from "lucide-react";
import Attempt from "../chat/Attempt.jsx";
import { signOut } from "../live/session.js";
import { useT } from "../live/strings.js";

export default function AccountRow({ account }) {
  const t = useT();
  return (
    <div className="c-account">
      <CircleUser size={16} aria-hidden="true" />
      <span className="c-account__name" title={account.name}>
        <span className="c-hidden">{t("ui.account.who", { name: account.name })}</span>
        <span aria-hidden="true">{account.name}</span>
      </span>
      <Attempt act={signOut} className="c-account__out">
        <LogOut size={14} aria-hidden="true" />
        {t("ui.account.sign_out")}
      </Attempt>
    </div>
  );
}
