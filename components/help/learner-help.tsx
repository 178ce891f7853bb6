"use client";

import { Indicator } from "@mantine/core";
import { IconHandStop, IconMessage } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useTranslations } from "use-intl";
import classes from "./help.module.css";
import { MessageActing } from "./message-actions.tsx";
import type { LearnerHelpUse } from "./use-learner-help.ts";

const HelpDrawer = dynamic(() => import("./help-drawer.tsx").then((part) => part.HelpDrawer), { ssr: false });
const ConsentDialog = dynamic(() => import("./consent.tsx").then((part) => part.ConsentDialog), {
  ssr: false,
});
const WatchedBanner = dynamic(() => import("./consent.tsx").then((part) => part.WatchedBanner), {
  ssr: false,
});
const FreshNotes = dynamic(() => import("./notes.tsx").then((part) => part.FreshNotes), { ssr: false });

/** In the header: the way to an instructor. Nothing for somebody who learns alone. */
export function HelpButton({ help }: { help: LearnerHelpUse }) {
  const t = useTranslations("help");
  const { classroom, hand } = help.state;
  if (!classroom) return null;
  const words = !hand
    ? t("button.ask")
    : hand.takenBy
      ? t("button.taken", { name: hand.takenBy })
      : t("place", { place: hand.place });
  return (
    <Indicator disabled={help.fresh.length === 0} size={9} offset={4} color="orange">
      <button
        type="button"
        className={classes.button}
        data-up={hand !== undefined}
        aria-haspopup="dialog"
        onClick={() => help.show(true)}
        data-test="help-button"
      >
        {hand ? <IconHandStop size={16} aria-hidden /> : <IconMessage size={16} aria-hidden />}
        <span>{words}</span>
      </button>
    </Indicator>
  );
}

interface Props {
  readonly help: LearnerHelpUse;
  readonly canRun: boolean;
  run(command: string): void;
}

/** Under the header: who sees the terminal now, who would like to, and what was said. */
export function HelpNotices({ help, canRun, run }: Props) {
  const { sessions } = help.state;
  const asked = sessions.find(({ state }) => state === "asked");
  const granted = sessions.filter(({ state }) => state === "granted");
  return (
    <MessageActing value={{ canRun, run }}>
      {granted.length > 0 ? <WatchedBanner sessions={granted} onEnd={help.end} /> : null}
      {asked ? (
        <ConsentDialog key={asked.id} session={asked} onAnswer={(allow) => help.answer(asked.id, allow)} />
      ) : null}
      {help.shown ? (
        <HelpDrawer help={help} onClose={() => help.show(false)} />
      ) : help.fresh.length > 0 ? (
        <FreshNotes messages={help.fresh} onDismiss={help.dismiss} onMore={() => help.show(true)} />
      ) : null}
    </MessageActing>
  );
}
