"use client";

import { SegmentedControl } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Group, Panel, Separator, useGroupRef } from "react-resizable-panels";
import { useTranslations } from "use-intl";
import type { LabSummary } from "../../server/contracts/index.ts";
import { HelpButton, HelpNotices, useLearnerHelp } from "../help/index.ts";
import { PaneTabs } from "../panes/index.ts";
import { ConnectionProvider } from "../socket/index.ts";
import { TerminalDeck, type TerminalHandle } from "../terminal/index.ts";
import {
  AppHeader,
  IdleNotice,
  isNumberRecord,
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
import { useTall, useWide } from "./use-wide.ts";
import classes from "./workbench.module.css";

interface Props {
  readonly summary: LabSummary;
  /** Of the lab's text. */
  readonly language: string;
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

type View = "both" | "terminal" | "graph";
const isView = (value: unknown): value is View =>
  value === "both" || value === "terminal" || value === "graph";

function Bench({ summary, language, intro, steps, labs }: Props) {
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
  const wide = useWide();
  const tall = useTall();
  // Room for graph and terminal at once; elsewhere one of them is shown.
  const roomy = wide || tall;
  const [view, setView] = useState<View>("both");
  const outer = useGroupRef();
  const inner = useGroupRef();
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
      remember(`step:${lab}`, id);
      window.history.replaceState(null, "", `#${id}`);
    },
    [lab],
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

  const show = useCallback(
    (next: View) => {
      setView(next);
      inner.current?.setLayout(innerLayouts(next, recall("layout:tools", isNumberRecord)));
    },
    [inner],
  );
  useEffect(() => {
    const saved = recall(wide ? "layout:wide" : "layout:narrow", isNumberRecord);
    outer.current?.setLayout(saved ?? (wide ? { text: 38, tools: 62 } : { text: 50, tools: 50 }));
    show(roomy ? (recall("view", isView) ?? "both") : "terminal");
  }, [wide, roomy, outer, show]);

  const showTerminal = useCallback(() => {
    setView((current) => {
      if (current !== "graph") return current;
      const next = roomy ? "both" : "terminal";
      inner.current?.setLayout(innerLayouts(next, undefined));
      return next;
    });
    terminal.current?.focus();
  }, [roomy, inner]);
  const run = useCallback(
    (command: string) => {
      showTerminal();
      terminal.current?.run(command);
      report("command-run", command);
    },
    [report, showTerminal],
  );
  const showPanes = useCallback(() => {
    setView((current) => {
      if (current !== "terminal") return current;
      const next = roomy ? "both" : "graph";
      inner.current?.setLayout(innerLayouts(next, undefined));
      return next;
    });
  }, [roomy, inner]);
  const panes = usePanes(showPanes);
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
            <ViewSwitch
              view={view}
              both={roomy}
              onChange={(next) => {
                show(next);
                if (roomy) remember("view", next);
              }}
            />
            <CommandCenter
              labs={labs}
              lab={summary}
              step={step}
              terminal={terminal}
              onStep={select}
              onCheck={session.check}
            />
            <HelpButton help={help} />
          </AppHeader>
          <StatusBanner />
          <IdleNotice />
          <HelpNotices help={help} canRun={shell} run={run} />
          <main className={classes.main}>
            <Group
              className={classes.bench}
              groupRef={outer}
              orientation={wide ? "horizontal" : "vertical"}
              id="bench"
              onLayoutChanged={(layout, { isUserInteraction }) => {
                if (isUserInteraction) remember(wide ? "layout:wide" : "layout:narrow", layout);
              }}
            >
              <Panel id="text" defaultSize="38%" minSize="22%" className={classes.panel}>
                <LabText
                  summary={summary}
                  language={language}
                  intro={intro}
                  steps={steps}
                  current={step}
                  session={session}
                  onSelect={select}
                />
              </Panel>
              <Separator className={classes.separator} aria-label={t("layout.textWidth")} />
              <Panel id="tools" minSize="25%" className={classes.panel}>
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

function innerLayouts(view: View, saved: Record<string, number> | undefined): Record<string, number> {
  if (view === "terminal") return { graph: 0, terminal: 100 };
  if (view === "graph") return { graph: 100, terminal: 0 };
  return saved ?? { graph: 55, terminal: 45 };
}

function ViewSwitch({ view, both, onChange }: { view: View; both: boolean; onChange: (view: View) => void }) {
  const t = useTranslations("lab");
  const choices = [
    ...(both ? [{ value: "both", label: t("view.both") }] : []),
    { value: "terminal", label: t("view.terminal") },
    { value: "graph", label: t("view.graph") },
  ];
  return (
    <SegmentedControl
      size="xs"
      className={classes.views}
      aria-label={t("view.label")}
      value={view === "both" && !both ? "terminal" : view}
      onChange={(value) => {
        if (isView(value)) onChange(value);
      }}
      data={choices}
    />
  );
}
