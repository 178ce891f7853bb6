"use client";

import { SegmentedControl, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Group, Panel, Separator } from "react-resizable-panels";
import { useTranslations } from "use-intl";
import type { LabSummary, LabTime } from "../../server/contracts/index.ts";
import { HelpButton, HelpNotices, useLearnerHelp } from "../help/index.ts";
import { PaneTabs } from "../panes/index.ts";
import { ConnectionProvider } from "../socket/index.ts";
import { TerminalDeck, type TerminalHandle } from "../terminal/index.ts";
import { TourOffer, type TourPart } from "../tour/index.ts";
import {
  AppHeader,
  IdleNotice,
  isString,
  PaneLinksProvider,
  recall,
  remember,
  StatusBanner,
  useWorkspace,
  WorkspaceProvider,
} from "../ui/index.ts";
import { CommandCenter } from "./command-center.tsx";
import { LabActionsProvider } from "./lab-actions.tsx";
import { LabText, type RenderedStep } from "./lab-text.tsx";
import { openingStep } from "./place.ts";
import { useLabSession } from "./use-lab-session.ts";
import { usePanes } from "./use-panes.ts";
import { choicesIn, type Room, useView, type View, views } from "./use-view.ts";
import classes from "./workbench.module.css";

interface Props {
  readonly summary: LabSummary;
  /** Of the lab's text. */
  readonly language: string;
  readonly time: LabTime | undefined;
  readonly intro: ReactNode;
  readonly steps: readonly RenderedStep[];
  /** All labs, to go to. */
  readonly labs: readonly LabSummary[];
}

export function Workbench(props: Props) {
  return (
    <ConnectionProvider>
      <WorkspaceProvider lab={props.summary.id}>
        <Bench {...props} />
      </WorkspaceProvider>
    </ConnectionProvider>
  );
}

function Bench({ summary, language, time, intro, steps, labs }: Props) {
  const t = useTranslations("lab");
  const lab = summary.id;
  const { status } = useWorkspace();
  const ready = status?.phase === "ready";
  // After a failed preparation the shell is the learner's best means to see why.
  const shell = ready || status?.phase === "failed";
  const [step, setStep] = useState(steps[0]?.id);
  const [placed, setPlaced] = useState(false);
  const session = useLabSession({ lab, step, language }, shell);
  const terminal = useRef<TerminalHandle>(null);
  const { view, room, wide, outer, inner, choose, showPanes, showLab, showTerminal: seeTerminal } = useView();
  const phone = room === "phone";
  const { report, progress } = session;

  // The place: the address and this browser's memory at once, the server's word when it comes and nothing else was known.
  useEffect(() => {
    if (placed) return;
    const address = decodeURIComponent(window.location.hash.slice(1)) || undefined;
    const remembered = recall(`step:${lab}`, isString);
    if (address === undefined && remembered === undefined && progress === undefined) return;
    setStep(openingStep(steps, { address, remembered, progress }));
    setPlaced(true);
  }, [lab, placed, progress, steps]);

  const select = useCallback(
    (id: string) => {
      setStep(id);
      setPlaced(true);
      showLab();
      remember(`step:${lab}`, id);
      window.history.replaceState(null, "", `#${id}`);
    },
    [lab, showLab],
  );
  useEffect(() => {
    report("step-viewed");
  }, [report]);

  useEffect(() => {
    const handleHash = () => {
      const id = decodeURIComponent(window.location.hash.slice(1));
      if (steps.some((candidate) => candidate.id === id)) select(id);
    };
    window.addEventListener("hashchange", handleHash);
    return () => window.removeEventListener("hashchange", handleHash);
  }, [steps, select]);

  const showTerminal = useCallback(() => {
    seeTerminal();
    terminal.current?.focus();
  }, [seeTerminal]);
  const run = useCallback(
    (command: string) => {
      showTerminal();
      terminal.current?.run(command);
      report("command-run", command);
    },
    [report, showTerminal],
  );
  const panes = usePanes(showPanes);
  const [touring, setTouring] = useState(false);
  const showPart = useCallback(
    (part: TourPart) => {
      if (part === "terminal") seeTerminal();
      else if (part === "panes") showPanes();
      else if (part !== "commands") showLab();
    },
    [seeTerminal, showPanes, showLab],
  );
  const help = useLearnerHelp({ lab, step });
  const actions = useMemo(() => {
    const answered = (question: string, right: boolean) => report("quiz-answered", { question, right });
    return { run, showTerminal, answered, canRun: shell };
  }, [run, showTerminal, shell, report]);

  return (
    <LabActionsProvider actions={actions}>
      <PaneLinksProvider value={panes.links}>
        <div className={classes.page}>
          <AppHeader live>
            <ViewSwitch view={view} room={room} onChange={choose} />
            <CommandCenter
              labs={labs}
              lab={summary}
              step={step}
              terminal={terminal}
              onStep={select}
              onCheck={session.check}
              onTour={() => setTouring(true)}
            />
            <HelpButton help={help} />
          </AppHeader>
          <StatusBanner />
          <IdleNotice />
          <TourOffer open={touring} onOpen={setTouring} onShow={showPart} />
          <HelpNotices help={help} canRun={shell} run={run} />
          <main className={classes.main}>
            {/* The visible heading stands in the text, which is out of sight then. */}
            {phone && view !== "lab" ? <VisuallyHidden component="h1">{summary.title}</VisuallyHidden> : null}
            <Group
              className={classes.bench}
              groupRef={outer}
              orientation={wide ? "horizontal" : "vertical"}
              id="bench"
              onLayoutChanged={(layout, { isUserInteraction }) => {
                if (isUserInteraction && room !== "phone")
                  remember(wide ? "layout:wide" : "layout:narrow", layout);
              }}
            >
              <Panel
                id="text"
                defaultSize="38%"
                minSize="22%"
                collapsible={phone}
                className={classes.panel}
                inert={phone && view !== "lab"}
              >
                <LabText
                  summary={summary}
                  language={language}
                  time={time}
                  intro={intro}
                  steps={steps}
                  current={step}
                  session={session}
                  onSelect={select}
                />
              </Panel>
              <Separator
                className={classes.separator}
                data-hidden={phone}
                disabled={phone}
                aria-label={t("layout.textWidth")}
              />
              <Panel
                id="tools"
                minSize="25%"
                collapsible={phone}
                className={classes.panel}
                inert={phone && view === "lab"}
              >
                <Group
                  className={classes.tools}
                  groupRef={inner}
                  orientation="vertical"
                  id="tools-group"
                  onLayoutChanged={(layout, { isUserInteraction }) => {
                    if (isUserInteraction && Object.values(layout).every((size) => size > 5))
                      remember("layout:tools", layout);
                  }}
                >
                  <Panel
                    id="graph"
                    defaultSize="55%"
                    minSize="15%"
                    collapsible
                    className={classes.panel}
                    aria-hidden={view === "terminal"}
                    inert={view === "terminal"}
                  >
                    <PaneTabs
                      current={panes.current}
                      visited={panes.visited}
                      onSelect={panes.select}
                      ready={status !== undefined && status.phase !== "starting"}
                      shown={view !== "terminal"}
                      onRun={run}
                    />
                  </Panel>
                  <Separator
                    className={classes.separator}
                    data-hidden={view !== "both"}
                    disabled={view !== "both"}
                    aria-label={t("layout.panesHeight")}
                  />
                  <Panel
                    id="terminal"
                    minSize="15%"
                    collapsible
                    className={classes.panel}
                    aria-hidden={view === "graph"}
                    inert={view === "graph"}
                  >
                    <TerminalDeck ready={shell} handle={terminal} />
                  </Panel>
                </Group>
              </Panel>
            </Group>
          </main>
        </div>
      </PaneLinksProvider>
    </LabActionsProvider>
  );
}

interface SwitchProps {
  readonly view: View;
  readonly room: Room;
  onChange(view: View): void;
}

function ViewSwitch({ view, room, onChange }: SwitchProps) {
  const choices = choicesIn[room];
  const t = useTranslations("lab");
  return (
    <SegmentedControl
      size="xs"
      className={classes.views}
      aria-label={t(room === "phone" ? "view.alone" : "view.label")}
      value={choices.includes(view) ? view : "terminal"}
      onChange={(value) => {
        const chosen = views.find((known) => known === value);
        if (chosen) onChange(chosen);
      }}
      data={choices.map((value) => ({ value, label: t(`view.${value}`) }))}
    />
  );
}
