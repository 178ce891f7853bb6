"use client";

import { Button, CopyButton } from "@mantine/core";
import { IconQrcode } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { CapacityReport, ClassActionNews, ClassInfo } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError } from "../../ui/index.ts";
import { useJoinCode } from "./join-code.ts";
import classes from "./setup.module.css";

/** What an instructor does before the class: lets people in, sees whether the server will do, starts the workspaces. */
export function Setup({ info }: { info: ClassInfo }) {
  return (
    <div className={classes.cards} data-test="setup">
      <Invite id={info.id} />
      <WarmUp info={info} />
      <Capacity learners={info.learners} />
      <Card title="Browsers">
        <p>
          Ask your learners to open <code>/preflight</code> once they have joined. The board says of each
          learner's browser whether it is good, limited or bad.
        </p>
      </Card>
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Invite({ id }: { id: string }) {
  const { shown, error, ask } = useJoinCode(id);
  return (
    <Card title="Let people in">
      {error ? <PaneError>{error}</PaneError> : null}
      {shown ? (
        <>
          <p className={classes.code} data-test="join-code">
            {shown.code}
          </p>
          <p>
            <a href={shown.url}>{shown.url}</a>
          </p>
          <p className={classes.dim}>Good until {new Date(shown.expiresAt).toLocaleString()}.</p>
        </>
      ) : (
        <p>There is no code for this class yet.</p>
      )}
      <div className={classes.row}>
        {shown ? (
          <Button
            component="a"
            href={`/classes/${id}/join`}
            size="xs"
            leftSection={<IconQrcode size={14} />}
            data-test="show-join"
          >
            Show it to the room
          </Button>
        ) : null}
        {shown ? (
          <CopyButton value={shown.url}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy the link"}
              </Button>
            )}
          </CopyButton>
        ) : null}
        <Button
          size="xs"
          variant={shown ? "default" : "filled"}
          onClick={() => ask("new")}
          data-test="new-code"
        >
          {shown ? "Replace the code" : "Make a code"}
        </Button>
      </div>
      {shown ? <p className={classes.dim}>After that the old code and link let nobody in.</p> : null}
    </Card>
  );
}

function WarmUp({ info }: { info: ClassInfo }) {
  const wire = useWire();
  const [run, setRun] = useState<string>();
  const [news, setNews] = useState<ClassActionNews>();
  const [error, setError] = useState<string>();
  useEffect(() => wire?.on("class:action-news", (told) => setNews(told)), [wire]);
  const told = news && news.run === run ? news : undefined;
  const refused = told?.results.filter(({ outcome }) => outcome === "refused") ?? [];
  return (
    <Card title="Start the workspaces ahead">
      <p>
        {info.warmMinutes > 0 && info.startsAt !== undefined
          ? `This happens by itself ${info.warmMinutes} minutes before the class starts.`
          : "A class without a start time is not warmed up by itself."}{" "}
        Then nobody waits when all come at once.
      </p>
      {told ? (
        <p role="status">
          {told.finished ? "Finished" : "Under way"}: {told.results.length - refused.length} of {told.of}{" "}
          started
          {refused.length > 0 ? `, ${refused.length} not: ${refused[0]?.said}` : ""}.
        </p>
      ) : null}
      {error ? <PaneError>{error}</PaneError> : null}
      <Button
        size="xs"
        variant="default"
        disabled={info.learners === 0 || (info.state !== "open" && info.state !== "planned")}
        data-test="warm-up"
        onClick={() =>
          void wire?.ask("class:warm", { class: info.id }).then((result) => {
            setError(result.ok ? undefined : result.error.message);
            if (result.ok) setRun(result.value.run);
          })
        }
      >
        Start them now
      </Button>
    </Card>
  );
}

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
const mib = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;

function Capacity({ learners }: { learners: number }) {
  const wire = useWire();
  const [report, setReport] = useState<CapacityReport>();
  const ask = useCallback(
    (measure: boolean) =>
      void wire?.ask("class:capacity", { measure }).then((result) => {
        if (result.ok) setReport(result.value);
      }),
    [wire],
  );
  useEffect(() => ask(false), [ask]);
  const measuring = report?.measuring === true;
  useEffect(() => {
    if (!measuring) return;
    const timer = setInterval(() => ask(false), 1_500);
    return () => clearInterval(timer);
  }, [measuring, ask]);
  if (!report) return null;
  const places = report.configured ?? report.fits;
  return (
    <Card title="Will this server do?">
      <p>
        {report.cores} cores, {gib(report.memoryBytes)} of memory, {gib(report.availableBytes)} free.{" "}
        {report.running} workspaces run.
      </p>
      <p data-test="capacity">
        <strong>
          {places} workspaces{" "}
          {report.configured === undefined ? "fit into the memory" : "are allowed by the operator"}
        </strong>
        {learners > places ? `: ${learners - places} of your ${learners} learners would have to wait.` : "."}
      </p>
      <p className={classes.dim}>
        {report.trial
          ? `Weighed here: ${mib(report.trial.memoryBytes)}, ready after ${(report.trial.readyMs / 1000).toFixed(1)} s with ${(report.trial.cpuMs / 1000).toFixed(1)} s of processor time.`
          : "Not weighed here yet: 100 MiB a workspace are assumed."}
        {report.problem ? ` The last trial failed: ${report.problem}` : ""}
      </p>
      <Button size="xs" variant="default" loading={measuring} onClick={() => ask(true)} data-test="measure">
        Start one and weigh it
      </Button>
    </Card>
  );
}
