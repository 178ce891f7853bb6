"use client";

import { useMantineColorScheme } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { useTranslations } from "use-intl";
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
  onTour(): void;
}

/** Everything the lab page can do, for the palette. */
export function useCommands(deps: CommandDeps): readonly Command[] {
  const t = useTranslations("lab");
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const { labs, lab, dark, comfort, onComfort } = deps;
    return [
      ...paneNames.map(
        (pane, index): Command => ({
          id: `pane-${pane}`,
          title: t(`commands.${pane}`),
          words: t(`commands.words.${pane}`),
          group: t("commands.groups.panes"),
          keys: `Alt-${index + 1}`,
          run: () => deps.onPane(pane),
        }),
      ),
      {
        id: "terminal",
        title: t("commands.terminal"),
        group: t("commands.groups.panes"),
        keys: "Alt-0",
        run: deps.onTerminal,
      },
      { id: "check", title: t("commands.check"), group: t("commands.groups.lab"), run: deps.onCheck },
      ...lab.steps.map(
        ({ id, title }, index): Command => ({
          id: `step-${id}`,
          title: t("step", { number: index + 1, title }),
          group: t("commands.groups.lab"),
          run: () => deps.onStep(id),
        }),
      ),
      {
        id: "take-home",
        title: t("commands.takeHome"),
        words: t("commands.words.takeHome"),
        group: t("commands.groups.lab"),
        run: deps.onTakeHome,
      },
      {
        id: "print",
        title: t("commands.print"),
        words: t("commands.words.print"),
        group: t("commands.groups.lab"),
        run: () => router.push(`/labs/${lab.id}/print`),
      },
      ...labs
        .filter(({ id }) => id !== lab.id)
        .map(
          (other): Command => ({
            id: `lab-${other.id}`,
            title: other.title,
            words: `${other.summary} ${other.steps.map((step) => step.title).join(" ")}`,
            group: t("commands.groups.labs"),
            run: () => router.push(`/labs/${other.id}`),
          }),
        ),
      {
        id: "theme",
        title: t(dark ? "commands.light" : "commands.dark"),
        group: t("commands.groups.comfort"),
        run: () => setColorScheme(dark ? "light" : "dark"),
      },
      {
        id: "contrast",
        title: t(comfort.contrast === "high" ? "commands.contrast.usual" : "commands.contrast.high"),
        group: t("commands.groups.comfort"),
        run: () => onComfort({ contrast: comfort.contrast === "high" ? "normal" : "high" }),
      },
      {
        id: "text-larger",
        title: t("commands.larger"),
        words: t("commands.words.size"),
        group: t("commands.groups.comfort"),
        run: () => onComfort({ textSize: comfort.textSize + 10 }),
      },
      {
        id: "text-smaller",
        title: t("commands.smaller"),
        words: t("commands.words.size"),
        group: t("commands.groups.comfort"),
        run: () => onComfort({ textSize: comfort.textSize - 10 }),
      },
      {
        id: "tour",
        title: t("commands.tour"),
        words: t("commands.words.tour"),
        group: t("commands.groups.comfort"),
        run: deps.onTour,
      },
      {
        id: "keys",
        title: t("commands.keys"),
        words: t("commands.words.keys"),
        group: t("commands.groups.comfort"),
        run: deps.onKeys,
      },
    ];
  }, [t, deps, router, setColorScheme]);
}
