import { IconAlertTriangle } from "@tabler/icons-react";
import type { ClassInfo } from "../../../server/contracts/index.ts";
import { Chip, type ChipTone } from "../../ui/index.ts";
import classes from "./board.module.css";
import { duration } from "./standing.ts";

const tones: Readonly<Record<ClassInfo["state"], ChipTone>> = {
  planned: "accent",
  open: "good",
  closed: "quiet",
  archived: "quiet",
};

/** What the class is, in a line; and what the instructor should know of it. */
export function ClassFacts({ info, now, gate }: { info: ClassInfo; now: number; gate: string | undefined }) {
  const last = info.pauses.at(-1);
  const paused = last !== undefined && last.to === undefined;
  return (
    <>
      <p className={classes.facts}>
        <Chip tone={tones[info.state]}>{info.state}</Chip>
        <span>
          <strong>{info.connected}</strong> of <strong>{info.learners}</strong> connected
          {info.capacity === undefined ? "" : `, ${info.capacity} seats`}
        </span>
        <span>
          {info.workshop}, Istio {info.istioVersion}, {info.language}
        </span>
        <Schedule info={info} now={now} />
        {gate ? (
          <span>
            up to <strong>{gate}</strong>
          </span>
        ) : null}
        {paused ? <Chip tone="busy">times are paused</Chip> : null}
      </p>
      {info.contentChanged ? (
        <p className={classes.notice} role="status">
          <IconAlertTriangle size={16} aria-hidden />
          The labs on this server have changed since this class was opened. The class goes on with the labs it
          began with.
        </p>
      ) : null}
    </>
  );
}

function Schedule({ info, now }: { info: ClassInfo; now: number }) {
  const { startsAt, endsAt, state } = info;
  if (now === 0) return null;
  if (state === "planned" && startsAt !== undefined) return <span>starts {dateTime(startsAt)}</span>;
  if (state !== "open" || endsAt === undefined) return null;
  return endsAt > now ? (
    <span>ends in {duration(endsAt - now)}</span>
  ) : (
    <span>ran over by {duration(now - endsAt)}</span>
  );
}

export const dateTime = (time: number): string =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
