"use client";

import { Anchor, Button, Popover } from "@mantine/core";
import { IconExternalLink, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useTranslations } from "use-intl";
import { useObjects } from "../objects/index.ts";
import type { PaneName } from "../ui/index.ts";
import { originalsOf } from "./originals.ts";
import classes from "./pane-tabs.module.css";

interface Props {
  readonly pane: PaneName;
  readonly active: boolean;
  onRun(command: string): void;
}

/**
 * The real Kiali, Grafana, Jaeger and Prometheus of a real cluster, each by a port-forward of the learner's own kubectl:
 * it opens on the machine that this page runs on, under an origin that can read nothing of Meshwork.
 */
export function OriginalsMenu({ pane, active, onRun }: Props) {
  const t = useTranslations("panes");
  const { objects } = useObjects(active);
  const originals = originalsOf(pane, objects?.rows ?? []);
  if (originals.length === 0) return null;
  return (
    <Popover position="bottom-end" shadow="md" width={330} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button size="compact-xs" variant="default" className={classes.originals ?? ""} data-test="originals">
          {t("originals.name")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.original}>
        {originals.map(({ title, command, url }) => (
          <section key={title} aria-label={title}>
            <p>{t("originals.explained", { title })}</p>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerPlayFilled size={11} aria-hidden />}
              onClick={() => onRun(command)}
            >
              {t("originals.forward")}
            </Button>{" "}
            <Anchor href={url} target="_blank" rel="noreferrer" size="sm">
              {title} <IconExternalLink size={13} aria-hidden />
            </Anchor>
          </section>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
