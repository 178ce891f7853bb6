"use client";

import { NumberInput, Select, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ClassInfo, ClassOptions } from "../../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../../socket/index.ts";

/** What a form about a class holds; times as the browser's date field says them, in the time of the person who types. */
export interface ClassDraft {
  readonly name: string;
  readonly workshop: string;
  readonly istioVersion: string;
  readonly language: string;
  readonly starts: string;
  readonly ends: string;
  /** Empty: no limit of its own. */
  readonly seats: number | "";
}

export const emptyDraft: ClassDraft = {
  ...{ name: "", workshop: "", istioVersion: "", language: "", starts: "", ends: "", seats: "" },
};

export const draftOf = (info: ClassInfo): ClassDraft => ({
  ...{ name: info.name, workshop: info.workshop, istioVersion: info.istioVersion, language: info.language },
  ...{ starts: fieldOf(info.startsAt), ends: fieldOf(info.endsAt), seats: info.capacity ?? "" },
});

/** What this server has; undefined until it said so. */
export function useClassOptions(): { options: ClassOptions | undefined; refused: string | undefined } {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [options, setOptions] = useState<ClassOptions>();
  const [refused, setRefused] = useState<string>();
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("class:options", {}).then((result) => {
      setRefused(result.ok ? undefined : result.error.message);
      if (result.ok) setOptions(result.value);
    });
  }, [wire, connected]);
  return { options, refused };
}

interface Props {
  readonly draft: ClassDraft;
  readonly options: ClassOptions | undefined;
  /** Workshop, release and language cannot be changed any more. */
  readonly settled: boolean;
  onChange(part: Partial<ClassDraft>): void;
}

/** The fields of a class, for a new one and for one that is there. */
export function ClassFields({ draft, options, settled, onChange }: Props) {
  const choice = (
    label: string,
    name: "workshop" | "istioVersion" | "language",
    all: readonly string[] = [],
  ) => (
    <Select
      label={label}
      data={[...new Set([...all, draft[name]])].filter((value) => value !== "")}
      value={draft[name] || null}
      onChange={(value) => onChange({ [name]: value ?? "" })}
      allowDeselect={false}
      disabled={settled}
      inputWrapperOrder={["label", "input", "description"]}
      description={settled ? "Settled when the class was opened." : undefined}
    />
  );
  const time = (label: string, name: "starts" | "ends") => (
    <TextInput
      label={label}
      type="datetime-local"
      value={draft[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <TextInput
        label="Name"
        placeholder="Istio basics, Monday"
        required
        maxLength={120}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        data-autofocus
      />
      {choice("Workshop", "workshop", options?.workshops)}
      {choice("Istio release", "istioVersion", options?.istioVersions)}
      {choice("Language", "language", options?.languages)}
      {time("Starts", "starts")}
      {time("Ends", "ends")}
      <NumberInput
        label="Seats"
        placeholder="No limit"
        min={1}
        max={1_000}
        allowDecimal={false}
        value={draft.seats}
        onChange={(value) => onChange({ seats: typeof value === "number" ? value : "" })}
      />
    </>
  );
}

/** Undefined: nothing, or no time. */
export function timeOf(text: string): number | undefined {
  const time = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? undefined : time;
}

function fieldOf(time: number | undefined): string {
  if (time === undefined) return "";
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
