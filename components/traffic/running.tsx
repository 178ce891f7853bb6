import { Button } from "@mantine/core";
import { IconPlayerStopFilled } from "@tabler/icons-react";
import type { TrafficState } from "../../server/contracts/index.ts";
import { Chip, useNow } from "../ui/index.ts";
import classes from "./traffic.module.css";

const endings = {
  asked: "Stopped.",
  limit: "Its time was over.",
  left: "Stopped, because nobody looked any more.",
  cannot: "Stopped, because nothing could be sent.",
} as const;

/** What is being sent, how it goes, and for how long still. */
export function Running({ state, onStop }: { state: TrafficState; onStop: () => void }) {
  const { plan, running, sent, outcomes, skipped, ended, problem } = state;
  const now = useNow(1_000) ?? Date.now();
  if (!plan) return null;
  const left = Math.max(0, Math.round(((state.until ?? 0) - now) / 1_000));
  const from = plan.request.from.kind === "gateway" ? "outside" : plan.request.from.name;
  return (
    <section
      className={classes.running}
      aria-label="Traffic that is being sent"
      data-test="traffic-running"
      data-running={running}
    >
      <p>
        <strong>{running ? `${plan.rate} a second` : "Traffic ended"}</strong>{" "}
        <span className={classes.dim}>
          {from} → {plan.request.method} {plan.request.url}
        </span>
      </p>
      <p className={classes.counts}>
        <span data-test="traffic-sent">{sent} sent</span>
        {outcomes.map(({ outcome, count }) => (
          <Chip key={outcome} tone={/^[23]\d\d$/.test(outcome) ? "good" : "bad"} title={outcome}>
            {outcome.slice(0, 60)} × {count}
          </Chip>
        ))}
        {skipped > 0 ? <Chip tone="busy">{skipped} not sent: answers are too slow</Chip> : null}
      </p>
      {problem ? <p className={classes.problem}>{problem}</p> : null}
      {running ? (
        <p className={classes.runningFoot}>
          <span className={classes.dim}>
            ends in {Math.floor(left / 60)}:{String(left % 60).padStart(2, "0")}, or when you leave
          </span>
          <Button
            size="compact-xs"
            variant="light"
            color="red"
            leftSection={<IconPlayerStopFilled size={11} />}
            data-test="traffic-stop"
            onClick={onStop}
          >
            Stop
          </Button>
        </p>
      ) : ended ? (
        <p className={classes.dim}>{endings[ended]}</p>
      ) : null}
    </section>
  );
}
