"use client";

import { NativeSelect, TextInput } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import type { ObjectRow } from "../../server/contracts/index.ts";
import { useObjects } from "../objects/index.ts";
import {
  EmptyState,
  PaneError,
  PaneFrame,
  type PaneProps,
  PaneWarning,
  ScrollRegion,
  usePaneLinks,
} from "../ui/index.ts";
import classes from "./cluster.module.css";
import { EventTable } from "./event-table.tsx";
import { kindGroups, kindKey, objectKey } from "./kinds.ts";
import { ObjectDetail } from "./object-detail.tsx";
import { ObjectTable } from "./object-table.tsx";
import { useChanged } from "./use-changed.ts";

const everywhere = "";

/** What the cluster holds, live: kinds on the left, objects, and the chosen one as the API server has it. */
export function ClusterPane({ ready, shown }: PaneProps) {
  const { objects, error } = useObjects(ready && shown);
  const changed = useChanged(objects);
  const wish = usePaneLinks().targetOf("cluster");
  const [namespace, setNamespace] = useState(everywhere);
  const [kind, setKind] = useState("Pod");
  const [filter, setFilter] = useState("");
  const [chosen, setChosen] = useState<string>();
  const rows = objects?.rows ?? [];
  useEffect(() => {
    if (wish?.kind === undefined) return;
    setKind(wish.kind);
    setNamespace(everywhere);
    setFilter(wish.name ?? "");
  }, [wish]);

  const namespaces = useMemo(
    () =>
      rows
        .filter((row) => row.kind === "Namespace")
        .map(({ name }) => name)
        .sort(),
    [rows],
  );
  const here = useMemo(
    () =>
      namespace === everywhere
        ? rows
        : rows.filter((row) => row.namespace === namespace || row.name === namespace),
    [rows, namespace],
  );
  const groups = useMemo(() => kindGroups(here), [here]);
  const shownRows = useMemo(() => {
    const needle = filter.trim().toLowerCase();
    return here
      .filter(
        (row) =>
          kindKey(row) === kind &&
          (needle === "" ||
            `${row.name} ${row.namespace ?? ""} ${row.summary}`.toLowerCase().includes(needle)),
      )
      .sort(bySystemLast);
  }, [here, kind, filter]);
  const events = (objects?.events ?? []).filter(
    (event) => namespace === everywhere || event.namespace === namespace,
  );
  const row = rows.find((one) => objectKey(one) === chosen);

  const bar = (
    <>
      <NativeSelect
        size="xs"
        w={190}
        aria-label="Namespace"
        value={namespace}
        onChange={(event) => setNamespace(event.currentTarget.value)}
        data={[{ value: everywhere, label: "All namespaces" }, ...namespaces]}
      />
      <TextInput
        size="xs"
        className={classes.filter}
        aria-label="Filter by name or state"
        placeholder="Filter"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <span className={classes.count}>
        {changed.size > 0 ? `${changed.size} changed since you opened this` : "live"}
      </span>
    </>
  );
  return (
    <PaneFrame label="Cluster" test="cluster" bar={bar}>
      {error ? <PaneError>{error}</PaneError> : null}
      {objects?.warnings.map((warning) => (
        <PaneWarning key={warning}>{warning}</PaneWarning>
      ))}
      {!objects ? (
        error ? null : (
          <EmptyState title={ready ? "Reading the cluster…" : "Waiting for the workspace…"} />
        )
      ) : (
        <div className={classes.body} data-detail={row !== undefined}>
          <ScrollRegion className={classes.kinds} label="Kinds">
            {groups.map(({ title, kinds }) => (
              <div key={title} className={classes.group}>
                <h3>{title}</h3>
                {kinds.map(({ kind: name, count }) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={name === kind}
                    data-test={`kind-${name}`}
                    onClick={() => {
                      setKind(name);
                      setChosen(undefined);
                    }}
                  >
                    <span>{name}</span>
                    <span className={classes.number}>{count}</span>
                  </button>
                ))}
              </div>
            ))}
            <div className={classes.group}>
              <h3>What happened</h3>
              <button
                type="button"
                aria-pressed={kind === "Event"}
                data-test="kind-Event"
                onClick={() => {
                  setKind("Event");
                  setChosen(undefined);
                }}
              >
                <span>Events</span>
                <span className={classes.number}>{events.length}</span>
              </button>
            </div>
          </ScrollRegion>
          {kind === "Event" ? (
            <EventTable events={events} filter={filter} />
          ) : shownRows.length > 0 ? (
            <ObjectTable
              rows={shownRows}
              namespaced={namespace === everywhere && row === undefined}
              changed={changed}
              selected={chosen}
              onSelect={setChosen}
            />
          ) : (
            <EmptyState icon={<IconBox size={30} stroke={1.2} aria-hidden />} title={`No ${kind} here`}>
              {filter ? "Nothing fits the filter." : "What you apply appears here by itself."}
            </EmptyState>
          )}
          {row ? (
            <ObjectDetail
              key={objectKey(row)}
              row={row}
              events={objects.events}
              active={ready && shown}
              onClose={() => setChosen(undefined)}
            />
          ) : null}
        </div>
      )}
    </PaneFrame>
  );
}

const isSystem = ({ namespace, name }: ObjectRow): boolean =>
  /^(kube-|istio-system$|local-path)/.test(namespace ?? name);
function bySystemLast(a: ObjectRow, b: ObjectRow): number {
  return (
    Number(isSystem(a)) - Number(isSystem(b)) ||
    compare(a.namespace ?? "", b.namespace ?? "") ||
    compare(a.name, b.name)
  );
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
