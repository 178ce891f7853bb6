"use client";

import { Button, Progress, TextInput, VisuallyHidden } from "@mantine/core";
import { IconArrowRight, IconCheck, IconClock, IconLock } from "@tabler/icons-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import type { LabProgress, LabSummary, LabTime } from "../../server/contracts/index.ts";
import { ConnectionProvider, useConnectedEpoch, useOwnClass, useWire } from "../socket/index.ts";
import { AppHeader, useLabTimes } from "../ui/index.ts";
import classes from "./overview.module.css";
import { beforeGate, continueWith, findLabs, labState, workshopName } from "./overview-state.ts";

interface Props {
  readonly labs: readonly LabSummary[];
  /** By lab, where it was measured. */
  readonly times: Readonly<Record<string, LabTime>>;
}

export function Overview({ labs, times }: Props) {
  return (
    <ConnectionProvider>
      <AppHeader live />
      <LabList labs={labs} times={times} />
    </ConnectionProvider>
  );
}

/** Fewer are seen at a glance. */
const searchableFrom = 4;

function LabList({ labs, times }: Props) {
  const t = useTranslations("overview");
  const progress = useAllProgress(labs);
  const own = useOwnClass();
  const next = continueWith(beforeGate(labs, own?.gateLab), progress);
  const [wanted, setWanted] = useState("");
  const found = findLabs(labs, wanted);
  const workshops = [...new Set(found.map(({ workshop }) => workshop))];
  const started = next !== undefined && labState(next, progress.get(next.id)).phase === "started";
  return (
    <main className={classes.page} id="content">
      <section className={classes.hero}>
        <div>
          <h1>{t("title")}</h1>
          <p>{t("lead")}</p>
        </div>
        {next ? (
          <Button
            renderRoot={(props) => <Link {...props} href={`/labs/${next.id}`} />}
            size="md"
            classNames={{ root: classes.go ?? "", label: classes.goLabel ?? "" }}
            rightSection={<IconArrowRight size={18} />}
            data-test="continue"
          >
            {t(started ? "continue" : "start", { title: next.title })}
          </Button>
        ) : null}
      </section>
      {labs.length === 0 ? <p className={classes.none}>{t("none")}</p> : null}
      {labs.length > searchableFrom ? (
        <TextInput
          className={classes.find}
          type="search"
          aria-label={t("find")}
          placeholder={t("findHint")}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data-test="find-lab"
        />
      ) : null}
      {labs.length > 0 && found.length === 0 ? (
        <p className={classes.none} role="status">
          {t("nothingFound")}
        </p>
      ) : null}
      {workshops.map((workshop) => (
        <section key={workshop} aria-labelledby={`workshop-${workshop}`}>
          <h2 id={`workshop-${workshop}`} className={classes.workshop}>
            {workshopName(workshop)}
          </h2>
          <ol className={classes.labs}>
            {found
              .filter((lab) => lab.workshop === workshop)
              .map((lab) => (
                <LabCard
                  key={lab.id}
                  lab={lab}
                  time={times[lab.id]}
                  progress={progress.get(lab.id)}
                  featured={lab === next}
                  locked={!beforeGate(labs, own?.gateLab).includes(lab)}
                />
              ))}
          </ol>
        </section>
      ))}
      <p className={classes.foot}>
        {t.rich("teaching", { link: (words) => <Link href="/instructor">{words}</Link> })}
      </p>
    </main>
  );
}

interface CardProps {
  readonly lab: LabSummary;
  readonly time: LabTime | undefined;
  readonly progress: LabProgress | undefined;
  /** The lab to go on with: larger, with its steps. */
  readonly featured: boolean;
  /** The learner's class does not go so far yet. */
  readonly locked: boolean;
}

function LabCard({ lab, time, progress, featured, locked }: CardProps) {
  const t = useTranslations("overview");
  const times = useLabTimes();
  const state = labState(lab, progress);
  return (
    <li className={classes.card} data-featured={featured} data-test={`lab-${lab.id}`}>
      {locked ? (
        <span className={classes.title}>
          <IconLock size={16} aria-hidden /> {lab.title}
        </span>
      ) : (
        <Link href={`/labs/${lab.id}`} className={classes.title}>
          {lab.title}
        </Link>
      )}
      <p>{lab.summary}</p>
      {featured ? <Steps lab={lab} progress={progress} /> : null}
      <div className={classes.meta}>
        <span>
          <IconClock size={14} aria-hidden /> {times.whole(lab.minutes, time)} ·{" "}
          {t("stepCount", { steps: lab.steps.length })}
        </span>
        {state.phase === "finished" ? (
          <span className={classes.finished}>
            <IconCheck size={15} stroke={3} aria-hidden /> {t("finished")}
          </span>
        ) : state.phase === "started" ? (
          <span>{t("stepsDone", { done: state.done, total: state.total })}</span>
        ) : (
          <span>{t(locked ? "locked" : "notStarted")}</span>
        )}
      </div>
      <Progress
        value={state.total === 0 ? 0 : (state.done / state.total) * 100}
        size="sm"
        color={state.phase === "finished" ? "teal" : undefined}
        aria-label={t("progress", { title: lab.title })}
      />
    </li>
  );
}

function Steps({ lab, progress }: { lab: LabSummary; progress: LabProgress | undefined }) {
  const t = useTranslations("overview");
  const passed = (id: string) =>
    progress?.finishedAt !== undefined || (progress?.passedSteps.includes(id) ?? false);
  return (
    <ol className={classes.steps} aria-label={t("steps", { title: lab.title })}>
      {lab.steps.map((step, index) => (
        <li key={step.id} data-done={passed(step.id)}>
          <span className={classes.number} aria-hidden>
            {passed(step.id) ? <IconCheck size={12} stroke={3} /> : index + 1}
          </span>
          <span>
            {step.title}
            {passed(step.id) ? <VisuallyHidden>{t("done")}</VisuallyHidden> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}

function useAllProgress(labs: readonly LabSummary[]): ReadonlyMap<string, LabProgress> {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [progress, setProgress] = useState<ReadonlyMap<string, LabProgress>>(new Map());
  useEffect(() => {
    if (!wire || connected === 0) return;
    const take = (one: LabProgress) => setProgress((all) => new Map(all).set(one.lab, one));
    for (const lab of labs)
      void wire.ask("progress:get", { lab: lab.id }).then((result) => {
        if (result.ok) take(result.value);
      });
    return wire.on("progress", take);
  }, [wire, connected, labs]);
  return progress;
}
