"use client";

import { SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import type { ClassMessage, LabSummary } from "../../server/contracts/index.ts";
import { useWire } from "../socket/index.ts";
import { Composer } from "../talk/index.ts";
import { randomId } from "../ui/index.ts";
import classes from "./desk.module.css";

interface Props {
  readonly classroom: string;
  /** Absent: everybody. */
  readonly learners?: readonly string[];
  readonly labs: readonly LabSummary[];
  readonly label: string;
}

type Kind = ClassMessage["kind"];
const kinds: readonly { value: Kind; label: string }[] = [
  { value: "text", label: "Message" },
  { value: "hint", label: "Hint" },
  { value: "command", label: "Command" },
  { value: "jump", label: "Place" },
];
const isKind = (value: string): value is Kind => kinds.some((kind) => kind.value === value);

/** Words, a hint, a command to try, or a place to go to. A learner gets a button; nothing happens by itself. */
export function Tell({ classroom, learners, labs, label }: Props) {
  const wire = useWire();
  const [kind, setKind] = useState<Kind>("text");
  const [lab, setLab] = useState<string | null>(labs[0]?.id ?? null);
  const [step, setStep] = useState<string | null>(null);
  const [said, setSaid] = useState<string>();
  const [trouble, setTrouble] = useState<string>();
  const steps = labs.find(({ id }) => id === lab)?.steps ?? [];
  const send = async (text: string) => {
    const result = await wire?.ask("help:tell", {
      id: randomId(),
      classroom,
      kind,
      text,
      ...(learners && { learners: [...learners] }),
      ...(kind === "jump" && lab !== null && { lab, ...(step !== null && { step }) }),
    });
    const told = result?.ok ? result.value.told : undefined;
    setSaid(told === undefined ? undefined : told === 1 ? "Told one learner." : `Told ${told} learners.`);
    setTrouble(result?.ok ? undefined : (result?.error.message ?? "Not connected to the server just now."));
    return result?.ok ?? false;
  };
  return (
    <div className={classes.tell} data-test="tell">
      <SegmentedControl
        size="xs"
        aria-label="What to send"
        data={[...kinds]}
        value={kind}
        onChange={(value) => {
          if (isKind(value)) setKind(value);
        }}
      />
      {kind === "jump" ? (
        <div className={classes.buttons}>
          <Select
            aria-label="Lab"
            data={labs.map(({ id, title }) => ({ value: id, label: title }))}
            value={lab}
            onChange={(value) => {
              setLab(value);
              setStep(null);
            }}
          />
          <Select
            aria-label="Step"
            placeholder="the beginning"
            clearable
            data={steps.map(({ id, title }) => ({ value: id, label: title }))}
            value={step}
            onChange={setStep}
          />
        </div>
      ) : null}
      <Composer label={kind === "command" ? "The command to try" : label} send="Send" onSend={send} />
      <p className={classes.dim} role="status">
        {said}
      </p>
      {trouble ? (
        <p role="alert" className={classes.trouble}>
          {trouble}
        </p>
      ) : null}
    </div>
  );
}
