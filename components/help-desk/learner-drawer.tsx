"use client";

import { useEffect, useState } from "react";
import type { LabSummary, LearnerDetail } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { SideDrawer, Thread } from "../talk/index.ts";
import { Commands } from "../ui/index.ts";
import classes from "./desk.module.css";
import { SessionPanel } from "./session-panel.tsx";
import { Tell } from "./tell.tsx";
import type { HelpDeskUse } from "./use-help-desk.ts";

interface Props {
  readonly classroom: string;
  readonly learner: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly labs: readonly LabSummary[];
  readonly desk: HelpDeskUse;
  onClose(): void;
}

/** One learner, as an instructor who helps sees them: the terminal if they agree, their last commands, the talk. */
export function LearnerDrawer({ classroom, learner, name, labs, desk, onClose }: Props) {
  const session = desk.sessions.filter((one) => one.learner === learner.id).at(-1);
  const { detail, trouble } = useDetail({ classroom, learner: learner.id, turn: session?.state });
  const { read } = desk;
  const said = detail?.messages.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while the drawer is open has been looked at.
  useEffect(() => read(learner.id), [read, learner.id, said]);
  return (
    <SideDrawer title={name} size={760} test="learner-drawer" onClose={onClose}>
      {trouble ? (
        <p role="alert" className={classes.trouble}>
          {trouble}
        </p>
      ) : null}
      <SessionPanel
        learner={learner.id}
        name={name}
        session={session}
        terminals={detail?.terminals ?? []}
        desk={desk}
      />
      <h3 className={classes.heading}>Last commands</h3>
      {detail?.commands === undefined ? (
        <p className={classes.dim}>
          Shown while the learner's hand is up, or while you are let into the terminal.
        </p>
      ) : detail.commands.length === 0 ? (
        <p className={classes.dim}>Nothing was typed yet.</p>
      ) : (
        <Commands text={detail.commands.join("\n")} label="Last commands" test="last-commands" />
      )}
      <h3 className={classes.heading}>Messages</h3>
      <Thread messages={detail?.messages ?? []} self="instructor" />
      <Tell classroom={classroom} learners={[learner.id]} labs={labs} label={`Write to ${name}`} />
    </SideDrawer>
  );
}

interface DetailOf {
  readonly classroom: string;
  readonly learner: string;
  /** A change of it is a reason to ask again. */
  readonly turn: string | undefined;
}

function useDetail({ classroom, learner, turn }: DetailOf) {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [detail, setDetail] = useState<LearnerDetail>();
  const [trouble, setTrouble] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that began or ended changes what may be seen.
  useEffect(() => {
    if (!wire || connected === 0) return;
    let outdated = false;
    const ask = () =>
      void wire.ask("help:learner", { classroom, learner }).then((result) => {
        if (outdated) return;
        setTrouble(result.ok ? undefined : result.error.message);
        if (result.ok) setDetail(result.value);
      });
    ask();
    const stop = wire.on("help:message", (message) => {
      if (message.learner === learner || message.learner === undefined) ask();
    });
    const timer = setInterval(ask, COMMANDS_EVERY_MS);
    return () => {
      outdated = true;
      clearInterval(timer);
      stop();
    };
  }, [wire, connected, classroom, learner, turn]);
  return { detail, trouble };
}

const COMMANDS_EVERY_MS = 5_000;
