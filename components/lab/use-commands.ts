"use client";

import { useMantineColorScheme } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import type { LabSummary } from "../../server/contracts/index.ts";
import type { Command } from "../palette/index.ts";
import { type Comfort, type PaneName, paneNames } from "../ui/index.ts";

export interface CommandDeps {
  readonly labs: readonly LabSummary[];
  readonly lab: LabSummary;
  readonly dark: boolean;
  readonly comfort: Comfort;
  onComfort(change: Partial<Comfort>): void;
  onPane(pane: PaneName): void;
  onTerminal(): void;
  onStep(step: string): void;
  onCheck(): void;
  onTakeHome(): void;
  onKeys(): void;
}

const panes: Readonly<Record<PaneName, readonly [title: string, words: string]>> = {
  mesh: ["Show the mesh", "graph kiali"],
  metrics: ["Show metrics", "prometheus grafana dashboards promql"],
  traces: ["Show traces", "jaeger spans"],
  logs: ["Show logs", "access log"],
  envoy: ["Show a proxy's configuration", "envoy listeners routes clusters endpoints"],
  cluster: ["Show the cluster", "pods services events objects kubernetes"],
  editor: ["Show the editor", "files yaml"],
};

/** Everything the lab page can do, for the palette. */
export function useCommands(deps: CommandDeps): readonly Command[] {
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const { labs, lab, dark, comfort, onComfort } = deps;
    return [
      ...paneNames.map(
        (pane, index): Command => ({
          id: `pane-${pane}`,
          title: panes[pane][0],
          words: panes[pane][1],
          group: "Panes",
          keys: `Alt-${index + 1}`,
          run: () => deps.onPane(pane),
        }),
      ),
      { id: "terminal", title: "Go to the terminal", group: "Panes", keys: "Alt-0", run: deps.onTerminal },
      { id: "check", title: "Check this step", group: "This lab", run: deps.onCheck },
      ...lab.steps.map(
        ({ id, title }, index): Command => ({
          id: `step-${id}`,
          title: `Step ${index + 1}: ${title}`,
          group: "This lab",
          run: () => deps.onStep(id),
        }),
      ),
      {
        id: "take-home",
        title: "Copy my work (zip)",
        words: "download save export",
        group: "This lab",
        run: deps.onTakeHome,
      },
      ...labs
        .filter(({ id }) => id !== lab.id)
        .map(
          (other): Command => ({
            id: `lab-${other.id}`,
            title: other.title,
            words: `${other.summary} ${other.steps.map((step) => step.title).join(" ")}`,
            group: "Labs",
            run: () => router.push(`/labs/${other.id}`),
          }),
        ),
      {
        id: "theme",
        title: dark ? "Use the light theme" : "Use the dark theme",
        group: "Comfort",
        run: () => setColorScheme(dark ? "light" : "dark"),
      },
      {
        id: "contrast",
        title: comfort.contrast === "high" ? "Use the usual contrast" : "Use high contrast",
        group: "Comfort",
        run: () => onComfort({ contrast: comfort.contrast === "high" ? "normal" : "high" }),
      },
      {
        id: "text-larger",
        title: "Larger instructions",
        words: "font size text",
        group: "Comfort",
        run: () => onComfort({ textSize: comfort.textSize + 10 }),
      },
      {
        id: "text-smaller",
        title: "Smaller instructions",
        words: "font size text",
        group: "Comfort",
        run: () => onComfort({ textSize: comfort.textSize - 10 }),
      },
      {
        id: "keys",
        title: "Show all keys",
        words: "keyboard shortcuts help",
        group: "Comfort",
        run: deps.onKeys,
      },
    ];
  }, [deps, router, setColorScheme]);
}
