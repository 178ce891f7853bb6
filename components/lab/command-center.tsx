"use client";

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCommand } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { type RefObject, useCallback, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import type { LabSummary } from "../../server/contracts/index.ts";
import { useWire } from "../socket/index.ts";
import type { TerminalHandle } from "../terminal/index.ts";
import { useComfort, useDarkMode, usePaneLinks } from "../ui/index.ts";
import { useLabActions } from "./lab-actions.tsx";
import { useCommands } from "./use-commands.ts";
import { usePageKeys } from "./use-page-keys.ts";
import classes from "./workbench.module.css";

const Palette = dynamic(() => import("../palette/index.ts").then((part) => part.Palette), { ssr: false });
const KeyboardMap = dynamic(() => import("../palette/index.ts").then((part) => part.KeyboardMap), {
  ssr: false,
});

interface Props {
  readonly labs: readonly LabSummary[];
  readonly lab: LabSummary;
  readonly step: string | undefined;
  readonly terminal: RefObject<TerminalHandle | null>;
  onStep(step: string): void;
  onCheck(): void;
  onTour(): void;
}

/** The button, the keys and the dialogs by which everything on the page can be reached. */
export function CommandCenter({ labs, lab, step, terminal, onStep, onCheck, onTour }: Props) {
  const t = useTranslations("lab");
  const wire = useWire();
  const links = usePaneLinks();
  const { showTerminal } = useLabActions();
  const dark = useDarkMode();
  const [comfort, setComfort] = useComfort();
  const [dialog, setDialog] = useState<"palette" | "keys">();
  const [notice, setNotice] = useState<string>();

  const takeHome = useCallback(async () => {
    if (!wire) return;
    setNotice(t("takeHome.collecting"));
    const { packWork, download } = await import("./take-home.ts");
    const bytes = await packWork({
      wire,
      lab,
      terminal: terminal.current?.text() ?? "",
      progress: (kind, count, total) => setNotice(t(`takeHome.${kind}`, { count, total })),
    });
    const file = `meshwork-${lab.id}.zip`;
    download(bytes, file);
    setNotice(t("takeHome.done", { file }));
    setTimeout(() => setNotice(undefined), 6_000);
  }, [t, wire, lab, terminal]);

  const deps = useMemo(
    () => ({
      ...{ labs, lab, dark, comfort, onStep, onCheck, onTour },
      onComfort: setComfort,
      onPane: (pane: Parameters<typeof links.open>[0]) => links.open(pane),
      onTerminal: showTerminal,
      onTakeHome: () =>
        void takeHome().catch((error: unknown) => setNotice(t("takeHome.failed", { error: String(error) }))),
      onKeys: () => setDialog("keys"),
    }),
    [t, labs, lab, dark, comfort, onStep, onCheck, onTour, setComfort, links, showTerminal, takeHome],
  );
  const commands = useCommands(deps);
  usePageKeys({
    openPalette: () => setDialog("palette"),
    openPane: deps.onPane,
    showTerminal,
    moveStep: (by) => {
      const next = lab.steps[lab.steps.findIndex(({ id }) => id === step) + by];
      if (next) onStep(next.id);
    },
  });
  return (
    <>
      <Tooltip label={t("allCommandsKeys")}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t("allCommands")}
          data-test="open-palette"
          data-tour="commands"
          onClick={() => setDialog("palette")}
        >
          <IconCommand size={18} />
        </ActionIcon>
      </Tooltip>
      {dialog === "palette" ? <Palette commands={commands} onClose={() => setDialog(undefined)} /> : null}
      {dialog === "keys" ? <KeyboardMap onClose={() => setDialog(undefined)} /> : null}
      <p className={classes.notice} role="status" data-shown={notice !== undefined} data-test="page-notice">
        {notice}
      </p>
    </>
  );
}
