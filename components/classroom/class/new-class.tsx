"use client";

import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import type { ClassInfo, ClassOptions } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError } from "../../ui/index.ts";
import classes from "./class-list.module.css";

interface Props {
  onMade(info: ClassInfo): void;
  onDone(): void;
}

/** A new class: a name is enough; the rest has the server's usual. */
export function NewClass({ onMade, onDone }: Props) {
  const wire = useWire();
  const [options, setOptions] = useState<ClassOptions>();
  const [name, setName] = useState("");
  const [workshop, setWorkshop] = useState<string | null>(null);
  const [version, setVersion] = useState<string | null>(null);
  const [language, setLanguage] = useState<string | null>(null);
  const [starts, setStarts] = useState("");
  const [ends, setEnds] = useState("");
  const [error, setError] = useState<string>();
  useEffect(() => {
    void wire?.ask("class:options", {}).then((result) => {
      if (!result.ok) return setError(result.error.message);
      setOptions(result.value);
      setWorkshop(result.value.workshops[0] ?? null);
      setVersion(result.value.istioVersions[0] ?? null);
      setLanguage(result.value.languages[0] ?? null);
    });
  }, [wire]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!wire || !workshop || !version || !language) return;
    const times = { startsAt: timeOf(starts), endsAt: timeOf(ends) };
    void wire
      .ask("class:create", {
        ...{ name, workshop, istioVersion: version, language },
        ...(times.startsAt !== undefined && { startsAt: times.startsAt }),
        ...(times.endsAt !== undefined && { endsAt: times.endsAt }),
      })
      .then((result) => (result.ok ? onMade(result.value) : setError(result.error.message)));
  };
  return (
    <form className={classes.form} onSubmit={handleSubmit} data-test="class-form">
      <TextInput
        label="Name"
        placeholder="Istio basics, Monday"
        required
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label="Workshop"
        data={[...(options?.workshops ?? [])]}
        value={workshop}
        onChange={setWorkshop}
        allowDeselect={false}
      />
      <Select
        label="Istio release"
        data={[...(options?.istioVersions ?? [])]}
        value={version}
        onChange={setVersion}
        allowDeselect={false}
      />
      <Select
        label="Language"
        data={[...(options?.languages ?? [])]}
        value={language}
        onChange={setLanguage}
        allowDeselect={false}
      />
      <TextInput
        label="Starts"
        type="datetime-local"
        value={starts}
        onChange={(event) => setStarts(event.currentTarget.value)}
      />
      <TextInput
        label="Ends"
        type="datetime-local"
        value={ends}
        onChange={(event) => setEnds(event.currentTarget.value)}
      />
      <div className={classes.foot}>
        <Button type="submit" disabled={name.trim() === "" || !options} data-test="make-class">
          Make the class
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        {error ? <PaneError>{error}</PaneError> : null}
      </div>
    </form>
  );
}

/** What the browser's date field says, in the time of the person who typed it. */
function timeOf(text: string): number | undefined {
  const time = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(time) ? undefined : time;
}
