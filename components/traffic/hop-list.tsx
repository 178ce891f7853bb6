import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowNarrowRight,
  IconLock,
  IconLockOpen,
  IconQuestionMark,
  IconRotate,
} from "@tabler/icons-react";
import type { RequestHop, RequestTrail } from "../../server/contracts/index.ts";
import { clusterWords } from "../../server/contracts/plain/index.ts";
import { Chip, type ChipTone, decisionOf } from "../ui/index.ts";
import classes from "./traffic.module.css";

interface Props {
  readonly trail: RequestTrail;
  readonly walked: number;
  onAgain(): void;
  /** Shows the hop in the picture. */
  onHop(index: number): void;
}

/** The way of one request, a hop an item: who called whom, as whom, and how it ended there. */
export function HopList({ trail, walked, onAgain, onHop }: Props) {
  const { hops, settled, notes } = trail;
  return (
    <section aria-label="The way of this request" data-test="hops" data-settled={settled}>
      <h4 className={classes.hopsHead}>
        Its way{hops.length > 0 ? `, ${hops.length} hop${hops.length === 1 ? "" : "s"}` : ""}
        {hops.length > 1 ? (
          <Tooltip label="Walk it again">
            <ActionIcon size={20} variant="subtle" color="gray" aria-label="Walk it again" onClick={onAgain}>
              <IconRotate size={13} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </h4>
      <ol className={classes.hops} aria-live="polite">
        {hops.slice(0, walked).map((hop, index) => (
          <Hop key={keyOf(hop)} hop={hop} onShow={() => onHop(index + 1)} />
        ))}
      </ol>
      {!settled ? (
        <p className={classes.dim} role="status">
          Reading what the proxies write of it…
        </p>
      ) : null}
      {notes.map((note) => (
        <p key={note} className={classes.dim} role="status">
          {note}
        </p>
      ))}
    </section>
  );
}

/** A gateway's one line tells of two hops. */
const keyOf = ({ from, to, sent, received }: RequestHop): string =>
  `${from.name} ${to.name} ${(received ?? sent)?.line ?? ""}`;

const security = {
  mtls: { icon: IconLock, tone: "good", words: "mTLS" },
  tls: { icon: IconLock, tone: "accent", words: "TLS" },
  plaintext: { icon: IconLockOpen, tone: "bad", words: "plaintext" },
  unknown: { icon: IconQuestionMark, tone: "quiet", words: "not seen" },
} as const;

function toneOf(status: number): ChipTone {
  if (status === 0 || status >= 500) return "bad";
  if (status >= 400) return "busy";
  return status >= 300 ? "accent" : "good";
}

function Hop({ hop, onShow }: { hop: RequestHop; onShow: () => void }) {
  const { from, to, status, flags, milliseconds } = hop;
  const look = security[hop.security];
  return (
    <li className={classes.hop} data-test="hop">
      <button type="button" className={classes.hopEnds} onClick={onShow} title="Show in the picture">
        <span>{from.name}</span>
        <IconArrowNarrowRight size={14} aria-label="to" />
        <span>{to.name}</span>
      </button>
      <div className={classes.hopFacts}>
        <Chip tone={look.tone}>
          <look.icon size={11} aria-hidden /> {look.words}
        </Chip>
        <Chip tone={toneOf(status)}>{status === 0 ? "no answer" : status}</Chip>
        {flags.map((flag) => (
          <Chip key={flag} tone="bad">
            {flag}
          </Chip>
        ))}
        {milliseconds === undefined ? null : <span className={classes.dim}>{milliseconds} ms</span>}
      </div>
      <p className={classes.hopDecision}>{decisionWords(hop)}</p>
      <details className={classes.hopMore}>
        <summary>Who, by which route, and as logged</summary>
        <dl>
          {hop.caller ? <Fact name="caller" value={hop.caller} /> : null}
          {hop.called ? <Fact name="called" value={hop.called} /> : null}
          {hop.route !== "-" && hop.route !== "" ? <Fact name="route" value={hop.route} /> : null}
          {hop.cluster !== "-" && hop.cluster !== "" ? (
            <Fact name="cluster" value={clusterWords(hop.cluster)} />
          ) : null}
          <Fact name="details" value={hop.details} />
          {hop.sent ? <Fact name={`log of ${hop.sent.pod}`} value={hop.sent.line} /> : null}
          {hop.received ? <Fact name={`log of ${hop.received.pod}`} value={hop.received.line} /> : null}
        </dl>
      </details>
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** One sentence: who decided, and why. */
export function decisionWords(hop: RequestHop): string {
  const decision = decisionOf(hop);
  const who =
    hop.decidedBy === "caller"
      ? `The proxy of ${hop.from.name} decided.`
      : hop.to.kind === "gateway"
        ? "The gateway decided."
        : `The sidecar of ${hop.to.name} decided.`;
  if (decision && hop.decidedBy !== "application") return `${who} ${decision.sentence}`;
  if (hop.to.kind === "gateway") return "The gateway sent it on.";
  return hop.status === 0 ? `${hop.to.name} did not answer.` : `${hop.to.name} answered.`;
}
