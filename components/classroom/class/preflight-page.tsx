"use client";

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { judgePreflight, type Preflight } from "../../../server/contracts/index.ts";
import { ConnectionProvider, useConnectedEpoch, useWire, type Wire } from "../../socket/index.ts";
import { AppHeader } from "../../ui/index.ts";
import classes from "./class-list.module.css";

/** A learner tries the browser before the class: what does not work is found while there is time. */
export function PreflightPage() {
  return (
    <ConnectionProvider>
      <AppHeader live />
      <Trial />
    </ConnectionProvider>
  );
}

const pings = 9;

async function tryOut(wire: Wire): Promise<Preflight> {
  const times: number[] = [];
  for (let count = 0; count < pings; count++) {
    const begin = performance.now();
    const { ok } = await wire.ask("preflight:ping", {});
    if (ok) times.push(performance.now() - begin);
  }
  const median = times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
  return {
    ...(median !== undefined && { latencyMs: median }),
    clipboard: typeof navigator.clipboard?.writeText === "function",
    webgl: document.createElement("canvas").getContext("webgl2") !== null,
    width: window.innerWidth,
    height: window.innerHeight,
  };
}

function Trial() {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [found, setFound] = useState<Preflight>();
  const [kept, setKept] = useState(false);
  const run = useCallback(async (using: Wire) => {
    setFound(undefined);
    setKept(false);
    const result = await tryOut(using);
    setFound(result);
    setKept((await using.ask("preflight:report", result)).ok);
  }, []);
  useEffect(() => {
    if (wire && connected > 0) void run(wire);
  }, [wire, connected, run]);
  const finding = found && judgePreflight(found);
  const words = {
    good: "Your browser is ready for the class.",
    limited: "Your browser will do, with this:",
    bad: "The workshop cannot be followed like this:",
  } as const;
  return (
    <main className={classes.page} id="content" data-test="preflight">
      <h1>Try your browser</h1>
      {!found || !finding ? (
        <p role="status">
          {connected === 0
            ? "Opening the websocket… If this does not end, it is blocked on your way here."
            : "Trying…"}
        </p>
      ) : (
        <div
          className={classes.trial}
          role="status"
          data-test="preflight-verdict"
          data-verdict={finding.verdict}
        >
          <h2>
            {finding.verdict === "good" ? (
              <IconCircleCheckFilled size={20} aria-hidden />
            ) : (
              <IconAlertTriangle size={20} aria-hidden />
            )}{" "}
            {words[finding.verdict]}
          </h2>
          <ul>
            {finding.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
          <dl>
            <dt>Websocket</dt>
            <dd>
              {found.latencyMs === undefined ? "no answer" : `answers in ${Math.round(found.latencyMs)} ms`}
            </dd>
            <dt>Clipboard</dt>
            <dd>{found.clipboard ? "can be written" : "not allowed"}</dd>
            <dt>WebGL</dt>
            <dd>{found.webgl ? "there" : "not there"}</dd>
            <dt>Window</dt>
            <dd>
              {found.width} × {found.height}
            </dd>
          </dl>
          <p>{kept ? "Your instructor sees the result." : "The result could not be sent."}</p>
          <Button variant="default" onClick={() => wire && void run(wire)}>
            Try again
          </Button>
        </div>
      )}
    </main>
  );
}
