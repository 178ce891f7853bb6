"use client";

import { NativeSelect, Switch, TextInput } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { parseAccessLine } from "../../server/contracts/plain/index.ts";
import { PodChoice, podKey, usePods } from "../objects/index.ts";
import { useRead } from "../socket/index.ts";
import { EmptyState, PaneError, PaneFrame, type PaneProps, PaneWarning, usePaneLinks } from "../ui/index.ts";
import { LogLines, type ReadLine } from "./log-lines.tsx";
import classes from "./logs.module.css";

const tail = 1_000;
const refreshMs = 2_000;

/** The log of any container; an access log is read for what its fields mean. */
export function LogsPane({ ready, shown }: PaneProps) {
  const active = ready && shown;
  const wish = usePaneLinks().targetOf("logs");
  const { pods, pod, read, error: podsError, choose } = usePods({ active, wish });
  const [wanted, setWanted] = useState<string>();
  const [filter, setFilter] = useState("");
  const [onlyTrouble, setOnlyTrouble] = useState(false);
  const [follow, setFollow] = useState(true);
  useEffect(() => {
    if (wish?.name !== undefined) setWanted(wish.name);
    if (wish?.query !== undefined) {
      setFilter(wish.query);
      setOnlyTrouble(false);
    }
  }, [wish]);
  const containers = pod?.containers ?? [];
  const container = containers.find((name) => name === wanted) ?? containers[0];
  const { data, error } = useRead(
    "logs:read",
    { namespace: pod?.namespace ?? "", pod: pod?.name ?? "", container: container ?? "", tail },
    {
      enabled: active && pod !== undefined && container !== undefined,
      everyMs: follow ? refreshMs : undefined,
    },
  );
  const lines = useMemo(
    () =>
      (data?.lines ?? []).map(
        ({ at, text }, index): ReadLine => ({
          key: `${at} ${index}`,
          at,
          text,
          access: parseAccessLine(text),
        }),
      ),
    [data],
  );
  const shownLines = useMemo(() => {
    const needle = filter.trim().toLowerCase();
    return lines.filter(
      (line) =>
        (needle === "" || line.text.toLowerCase().includes(needle)) && (!onlyTrouble || isTrouble(line)),
    );
  }, [lines, filter, onlyTrouble]);

  const bar = (
    <>
      {pods.length > 0 ? (
        <>
          <PodChoice pods={pods} value={pod && podKey(pod)} onChange={choose} />
          <NativeSelect
            size="xs"
            aria-label="Container"
            data-test="container-choice"
            value={container ?? ""}
            onChange={(event) => setWanted(event.currentTarget.value)}
            data={[...containers]}
          />
        </>
      ) : (
        <h2 className={classes.title}>Logs</h2>
      )}
      <TextInput
        size="xs"
        className={classes.filter}
        aria-label="Only lines that contain"
        placeholder="Filter, e.g. 503 or /path"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <Switch
        size="xs"
        label="Only trouble"
        checked={onlyTrouble}
        onChange={(event) => setOnlyTrouble(event.currentTarget.checked)}
      />
      <Switch
        size="xs"
        label="Follow"
        checked={follow}
        onChange={(event) => setFollow(event.currentTarget.checked)}
      />
    </>
  );
  const trouble = podsError ?? error;
  return (
    <PaneFrame label="Logs" test="logs" bar={bar}>
      {trouble ? <PaneError>{trouble}</PaneError> : null}
      {data?.cut ? <PaneWarning>The log is longer; its end is shown.</PaneWarning> : null}
      {!ready || !read ? (
        trouble ? null : (
          <EmptyState title={ready ? "Looking for pods…" : "Waiting for the workspace…"} />
        )
      ) : pods.length === 0 ? (
        <EmptyState icon={<IconFileText size={34} stroke={1.2} aria-hidden />} title="No pods yet">
          Deploy something; its log can be read here.
        </EmptyState>
      ) : shownLines.length > 0 ? (
        <LogLines
          lines={shownLines}
          follow={follow}
          label={`Log of ${pod?.name ?? ""}, ${container ?? ""}`}
        />
      ) : data ? (
        <EmptyState title={lines.length > 0 ? "No line fits the filter" : "Nothing was logged yet"}>
          {lines.length === 0 && container === "istio-proxy"
            ? "The proxy writes a line for each request when the mesh has an access log: meshConfig.accessLogFile, or a Telemetry object."
            : null}
        </EmptyState>
      ) : trouble ? null : (
        <EmptyState title="Reading the log…" />
      )}
    </PaneFrame>
  );
}

function isTrouble({ access, text }: ReadLine): boolean {
  if (access) return access.status === 0 || access.status >= 400 || access.flags.length > 0;
  return /\b(error|warn(ing)?|fatal|panic|fail(ed|ure)?|exception)\b/i.test(text);
}
