"use client";

import {
  IconArrowRight,
  IconDoor,
  IconFilter,
  IconListDetails,
  IconMapPin,
  IconQuestionMark,
  IconServer2,
  IconSitemap,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { JsonText } from "../code/index.ts";
import { Chip, ScrollRegion, Tree, type TreeItem } from "../ui/index.ts";
import classes from "./envoy.module.css";
import { findStep, type Step, type StepKind } from "./steps.ts";

const icons: Readonly<Record<StepKind, typeof IconDoor>> = {
  listener: IconDoor,
  chain: IconSitemap,
  filter: IconFilter,
  host: IconListDetails,
  route: IconArrowRight,
  cluster: IconServer2,
  endpoint: IconMapPin,
  missing: IconQuestionMark,
};
const kinds: Readonly<Record<StepKind, string>> = {
  listener: "listener",
  chain: "filter chain",
  filter: "filter",
  host: "virtual hosts",
  route: "route",
  cluster: "cluster",
  endpoint: "endpoint",
  missing: "missing",
};

function itemOf(step: Step): TreeItem {
  const Icon = icons[step.kind];
  let made: readonly TreeItem[] | undefined;
  return {
    id: step.id,
    label: step.label,
    icon: <Icon size={14} aria-hidden className={classes.icon} />,
    note: step.notes.map((note) => (
      <Chip key={note.text} tone={note.tone}>
        {note.text}
      </Chip>
    )),
    ...(step.next
      ? {
          children: () => {
            made ??= step.next?.().map(itemOf) ?? [];
            return made;
          },
        }
      : {}),
  };
}

interface Props {
  readonly steps: readonly Step[];
  readonly label: string;
  readonly readAt: string;
}

/** The way through the proxy on the left; the chosen station as Envoy prints it on the right. */
export function ConfigTree({ steps, label, readAt }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string>();
  // Children are made once per configuration, so that a click does not draw the whole tree anew.
  const items = useMemo(() => steps.map(itemOf), [steps]);
  const step = useMemo(
    () => (selected === undefined ? undefined : findStep(steps, selected)),
    [steps, selected],
  );
  return (
    <div className={classes.split}>
      <ScrollRegion className={classes.tree} label={label}>
        <Tree
          label={label}
          test="envoy-tree"
          items={items}
          open={open}
          selected={selected}
          onSelect={setSelected}
          onToggle={(id, wanted) =>
            setOpen((before) => {
              const next = new Set(before);
              if (wanted) next.add(id);
              else next.delete(id);
              return next;
            })
          }
        />
        {items.length === 0 ? <p className={classes.hint}>Nothing has that name.</p> : null}
      </ScrollRegion>
      <div className={classes.detail}>
        {step ? (
          <>
            <p className={classes.detailHead} data-test="envoy-detail">
              <b>{kinds[step.kind]}</b> {step.label}
            </p>
            <JsonText
              className={classes.code}
              label={`${kinds[step.kind]} as Envoy has it`}
              text={JSON.stringify(step.raw, null, 2)}
            />
          </>
        ) : (
          <p className={classes.hint}>
            As the proxy had it at {readAt}. Open a listener and follow a connection: filter chain, routes,
            cluster, endpoint. What you choose is shown here as Envoy prints it.
          </p>
        )}
      </div>
    </div>
  );
}
