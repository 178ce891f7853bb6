"use client";

import { useEffect, useRef } from "react";
import { type AccessLine, clusterWords } from "../../server/contracts/plain/index.ts";
import { Chip, type ChipTone } from "../ui/index.ts";
import { FlagChip } from "./flag-chip.tsx";
import classes from "./logs.module.css";

export interface ReadLine {
  readonly key: string;
  readonly at: string;
  readonly text: string;
  readonly access: AccessLine | undefined;
}

interface Props {
  readonly lines: readonly ReadLine[];
  readonly label: string;
  /** Stay at the end as lines come, unless the reader has gone up. */
  readonly follow: boolean;
}

export function LogLines({ lines, label, follow }: Props) {
  const element = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end.
  useEffect(() => {
    if (follow && atEnd.current) element.current?.scrollTo({ top: element.current.scrollHeight });
  }, [lines, follow]);
  return (
    <section
      ref={element}
      className={classes.lines}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
      aria-label={label}
      data-test="log-lines"
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 40;
      }}
    >
      {lines.map((line) =>
        line.access ? (
          <Access key={line.key} line={line} access={line.access} />
        ) : (
          <Plain key={line.key} line={line} />
        ),
      )}
    </section>
  );
}

const clock = (at: string): string => /T(\d\d:\d\d:\d\d(\.\d{1,3})?)/.exec(at)?.[1] ?? "";

function Plain({ line }: { line: ReadLine }) {
  const tone = /\b(error|fatal|panic)\b/i.test(line.text)
    ? "bad"
    : /\bwarn(ing)?\b/i.test(line.text)
      ? "busy"
      : undefined;
  return (
    <p className={classes.plain} data-tone={tone}>
      <time>{clock(line.at)}</time> {line.text}
    </p>
  );
}

function statusTone(status: number): ChipTone {
  if (status === 0 || status >= 500) return "bad";
  if (status >= 400) return "busy";
  return status >= 300 ? "accent" : "good";
}

function Access({ line, access }: { line: ReadLine; access: AccessLine }) {
  const { status, flags, method, path, cluster, milliseconds, authority, upstream, details } = access;
  const inbound = cluster.startsWith("inbound|");
  return (
    <details className={classes.access} data-test="access-line">
      <summary>
        <time>{clock(line.at)}</time>
        <Chip tone={statusTone(status)}>{status === 0 ? "no answer" : status}</Chip>
        {flags.map((flag) => (
          <FlagChip key={flag} flag={flag} />
        ))}
        <span className={classes.way}>
          {cluster === "-" || cluster === "" ? "–" : inbound ? "in" : "out"}
        </span>
        <span className={classes.request}>
          {method === "-"
            ? "(a connection, no request)"
            : `${method} ${authority === "-" ? "" : authority}${path}`}
        </span>
        <span className={classes.duration}>{milliseconds === undefined ? "" : `${milliseconds} ms`}</span>
      </summary>
      <dl className={classes.fields}>
        <dt>to</dt>
        <dd>
          {cluster === "-" ? "nowhere" : clusterWords(cluster)} {upstream === "-" ? "" : `at ${upstream}`}
        </dd>
        <dt>why</dt>
        <dd>{details}</dd>
        <dt>request id</dt>
        <dd>{access.requestId}</dd>
        <dt>as logged</dt>
        <dd className={classes.raw}>{line.text}</dd>
      </dl>
    </details>
  );
}
