"use client";

import { useCallback, useEffect, useState } from "react";
import type { LabProgress, ProgressReport, StepConditions, WireError } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { randomId } from "../ui/index.ts";

export interface LabSession {
  readonly progress: LabProgress | undefined;
  readonly conditions: StepConditions | undefined;
  readonly checking: boolean;
  readonly checkError: WireError | undefined;
  check(): void;
  report(kind: ProgressReport["kind"], detail?: string | ProgressReport["quiz"]): void;
}

export interface LabPlace {
  readonly lab: string;
  readonly step: string | undefined;
  /** Of the lab's text. */
  readonly language: string;
}

/** What the server knows of the learner in this lab, kept live: progress and the watched step's conditions. */
export function useLabSession(at: LabPlace, ready: boolean): LabSession {
  const { lab, step, language } = at;
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [progress, setProgress] = useState<LabProgress>();
  const [conditions, setConditions] = useState<StepConditions>();
  const [checking, setChecking] = useState(false);
  const [checkError, setCheckError] = useState<WireError>();

  useEffect(() => {
    if (!wire) return;
    const stops = [
      wire.on("progress", (next) => {
        if (next.lab === lab) setProgress(next);
      }),
      wire.on("conditions", (next) => {
        if (next.lab === lab) setConditions(next);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [wire, lab]);

  const report = useCallback(
    (kind: ProgressReport["kind"], detail?: string | ProgressReport["quiz"]) => {
      if (!wire) return;
      const at = step === undefined ? {} : { step };
      const more =
        detail === undefined
          ? {}
          : typeof detail === "string"
            ? { detail: detail.slice(0, 500) }
            : { quiz: { ...detail, question: detail.question.slice(0, 300) } };
      // The same id on every try: the server counts it once.
      const event: ProgressReport = { id: randomId(), kind, lab, ...at, ...more };
      const send = async (tries: number): Promise<void> => {
        const result = await wire.ask("progress:report", event);
        if (result.ok) setProgress(result.value);
        else if (tries > 1 && (result.error.code === "timeout" || result.error.code === "unavailable")) {
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          await send(tries - 1);
        } else setCheckError(result.error);
      };
      void send(5);
    },
    [wire, lab, step],
  );

  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("progress:get", { lab }).then((result) => {
      if (result.ok) setProgress(result.value);
    });
  }, [wire, connected, lab]);

  useEffect(() => {
    if (!wire || connected === 0 || !ready || step === undefined) return;
    let outdated = false;
    setCheckError(undefined);
    void wire.ask("conditions:watch", { lab, step, language }).then((result) => {
      if (outdated) return;
      if (result.ok) setConditions(result.value);
      else if (result.error.code !== "unavailable") setCheckError(result.error);
    });
    return () => {
      outdated = true;
    };
  }, [wire, connected, lab, step, language, ready]);

  const check = useCallback(() => {
    if (!wire || step === undefined) return;
    setChecking(true);
    void wire.ask("conditions:check", { lab, step, language }).then((result) => {
      setChecking(false);
      setCheckError(result.ok ? undefined : result.error);
      if (result.ok) setConditions(result.value);
    });
  }, [wire, lab, step, language]);

  return {
    progress,
    conditions: conditions?.step === step ? conditions : undefined,
    checking,
    checkError,
    check,
    report,
  };
}
