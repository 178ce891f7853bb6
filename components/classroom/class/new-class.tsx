"use client";

import { Button } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import type { ClassInfo } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError } from "../../ui/index.ts";
import { ClassFields, emptyDraft, timeOf, useClassOptions } from "./class-fields.tsx";
import classes from "./class-list.module.css";

interface Props {
  onMade(info: ClassInfo): void;
  onDone(): void;
}

/** A new class: a name is enough; the rest has the server's usual. */
export function NewClass({ onMade, onDone }: Props) {
  const wire = useWire();
  const [draft, setDraft] = useState(emptyDraft);
  const [error, setError] = useState<string>();
  const { options, refused } = useClassOptions();
  const problem = error ?? refused;
  useEffect(() => {
    if (!options) return;
    const [workshop = "", istioVersion = "", language = ""] = [
      ...[options.workshops[0], options.istioVersions[0], options.languages[0]],
    ];
    setDraft((before) => ({ ...before, workshop, istioVersion, language }));
  }, [options]);
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const { starts, ends, seats, ...rest } = draft;
    const [startsAt, endsAt] = [timeOf(starts), timeOf(ends)];
    void wire
      ?.ask("class:create", {
        ...rest,
        ...(startsAt !== undefined && { startsAt }),
        ...(endsAt !== undefined && { endsAt }),
        ...(seats !== "" && { capacity: seats }),
      })
      .then((result) => (result.ok ? onMade(result.value) : setError(result.error.message)));
  };
  return (
    <form className={classes.form} onSubmit={handleSubmit} data-test="class-form">
      <ClassFields
        draft={draft}
        options={options}
        settled={false}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      />
      <div className={classes.foot}>
        <Button type="submit" disabled={draft.name.trim() === "" || !options} data-test="make-class">
          Make the class
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        {problem ? <PaneError>{problem}</PaneError> : null}
      </div>
    </form>
  );
}
