"use client";

import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { IconSend, IconTerminal2 } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { RequestHop } from "../../server/contracts/index.ts";
import { trafficBounds } from "../../server/contracts/plain/index.ts";
import { useRead } from "../socket/index.ts";
import { Chip, recall, remember, SidePanel, usePaneLinks } from "../ui/index.ts";
import { HopList } from "./hop-list.tsx";
import { keyOf, RequestFields } from "./request-fields.tsx";
import {
  commandOf,
  emptyForm,
  isRequestForm,
  type ReadForm,
  type RequestForm,
  readForm,
} from "./request-form.ts";
import { Running } from "./running.tsx";
import classes from "./traffic.module.css";
import { type TrafficRun, useSentRequest } from "./use-traffic.ts";
import { useWalk } from "./use-walk.ts";

interface Props {
  readonly ready: boolean;
  readonly run: TrafficRun;
  onClose(): void;
  onRun(command: string): void;
  /** The hops that a request has crossed by now. */
  onWalked(hops: readonly RequestHop[]): void;
}

const minutes = [1, 5, 10, 30];

/** Sends requests into the mesh: one, whose way is then shown, or a stream of them. */
export function TrafficPanel({ ready, run, onClose, onRun, onWalked }: Props) {
  const links = usePaneLinks();
  const [form, setForm] = useForm();
  const [wrong, setWrong] = useState<Extract<ReadForm, { ok: false }>>();
  const { data: choices, error: choicesError } = useRead(
    "traffic:choices",
    {},
    { enabled: ready, everyMs: 15_000 },
  );
  const sent = useSentRequest();
  const hops = sent.trail?.hops ?? [];
  const walk = useWalk(sent.id, hops.length);
  const { walked } = walk;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a trail that grows or another step is news; the callback is not.
  useEffect(() => onWalked(hops.slice(0, walked)), [sent.trail, walked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on leaving only.
  useEffect(() => () => onWalked([]), []);

  // What was asked for is seen at once, however low the pane.
  const answer = useRef<HTMLElement>(null);
  const { outcome } = sent;
  const some = hops.length > 0;
  useEffect(() => {
    if (outcome || some) answer.current?.scrollIntoView({ block: "start" });
  }, [outcome, some]);

  // Something to begin with: a workload in the mesh asks the first service there is.
  useEffect(() => {
    if (!choices || form.from !== "") return;
    const source = choices.sources.find(({ sidecar }) => sidecar) ?? choices.sources[0];
    if (source) setForm({ from: keyOf(source), url: form.url || (choices.services[0] ?? "") });
  }, [choices, form, setForm]);

  const withRequest = (use: (read: Extract<ReadForm, { ok: true }>) => void) => {
    const read = readForm(form);
    setWrong(read.ok ? undefined : read);
    if (read.ok) use(read);
  };
  const { state } = run;
  const trouble = sent.error ?? run.error ?? choicesError;
  return (
    <SidePanel
      label="Send traffic"
      title="Send traffic"
      test="traffic-panel"
      width={316}
      closeLabel="Close the traffic panel"
      onClose={onClose}
    >
      <div className={classes.panel}>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            withRequest(({ request }) => sent.send(request));
          }}
        >
          <RequestFields
            form={form}
            choices={choices}
            wrong={wrong}
            onChange={(change) => {
              setForm(change);
              setWrong(undefined);
            }}
          />
          <div className={classes.buttons}>
            <Button
              type="submit"
              size="xs"
              disabled={!ready}
              loading={sent.sending}
              leftSection={<IconSend size={13} />}
              data-test="traffic-send"
            >
              Send one, and follow it
            </Button>
            <Button
              size="xs"
              variant="default"
              title="Types the same request into the terminal"
              aria-label="The same in the terminal"
              onClick={() => withRequest(({ request }) => onRun(commandOf(request)))}
            >
              <IconTerminal2 size={14} />
            </Button>
          </div>
          <div className={classes.keep}>
            <NumberInput
              size="xs"
              aria-label="Requests a second"
              min={trafficBounds.rate.min}
              max={trafficBounds.rate.max}
              step={1}
              clampBehavior="strict"
              suffix=" / s"
              value={form.rate}
              onChange={(rate) => {
                if (typeof rate === "number" && rate >= trafficBounds.rate.min) setForm({ rate });
              }}
            />
            <NativeSelect
              size="xs"
              aria-label="For how long"
              value={String(form.minutes)}
              data={minutes.map((value) => ({ value: String(value), label: `${value} min` }))}
              onChange={(event) => setForm({ minutes: Number(event.currentTarget.value) })}
            />
            <Button
              size="xs"
              variant="light"
              disabled={!ready}
              px={9}
              data-test="traffic-start"
              onClick={() =>
                withRequest(({ request }) =>
                  run.start({ request, rate: form.rate, seconds: form.minutes * 60 }),
                )
              }
            >
              {state?.running ? "Instead" : "Keep sending"}
            </Button>
          </div>
        </form>
        {trouble ? (
          <p className={classes.problem} role="alert">
            {trouble}
          </p>
        ) : null}
        {state?.plan ? <Running state={state} onStop={run.stop} /> : null}
        {outcome ? (
          <section ref={answer} className={classes.answer} aria-label="The answer" data-test="answer">
            {outcome.kind === "answered" ? (
              <>
                <p>
                  <Chip tone={outcome.status < 400 ? "good" : outcome.status < 500 ? "busy" : "bad"}>
                    {outcome.status}
                  </Chip>{" "}
                  <span className={classes.dim}>in {outcome.milliseconds} ms</span>
                  {sent.trail?.settled && hops.length > 0 ? (
                    <button
                      type="button"
                      className={classes.link}
                      onClick={() => links.open("traces", { trace: sent.trail?.traceId })}
                    >
                      its trace
                    </button>
                  ) : null}
                </p>
                <details>
                  <summary>What came back</summary>
                  <pre>{outcome.text}</pre>
                </details>
              </>
            ) : (
              <p className={classes.problem}>
                {outcome.kind === "unanswered" ? "No answer: " : "Not sent: "}
                {outcome.why}
              </p>
            )}
          </section>
        ) : null}
        {sent.trail ? (
          <HopList
            trail={sent.trail}
            walked={walked}
            onAgain={walk.again}
            onHop={(index) => onWalked(hops.slice(index - 1, index))}
          />
        ) : null}
      </div>
    </SidePanel>
  );
}

/** What was typed last stays in this browser. */
function useForm(): [RequestForm, (change: Partial<RequestForm>) => void] {
  const [form, setForm] = useState(() => recall("traffic-form", isRequestForm) ?? emptyForm);
  return [
    form,
    (change) => {
      const next = { ...form, ...change };
      setForm(next);
      remember("traffic-form", next);
    },
  ];
}
