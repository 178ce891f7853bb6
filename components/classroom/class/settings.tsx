"use client";

import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { ClassInfo, Result } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError } from "../../ui/index.ts";
import { ClassFields, draftOf, timeOf, useClassOptions } from "./class-fields.tsx";
import list from "./class-list.module.css";
import { ClassRecords } from "./class-records.tsx";
import classes from "./setup.module.css";

interface Props {
  readonly info: ClassInfo;
  onChange(info: ClassInfo): void;
}

/** What a class is, to be changed after it was made; its labs, its records, and its end. */
export function Settings({ info, onChange }: Props) {
  return (
    <div data-test="class-settings">
      <Edit key={`${info.id} ${info.state}`} info={info} onChange={onChange} />
      <div className={classes.cards}>
        <Labs info={info} onChange={onChange} />
        <ClassRecords info={info} />
      </div>
    </div>
  );
}

function Edit({ info, onChange }: Props) {
  const wire = useWire();
  const [draft, setDraft] = useState(() => draftOf(info));
  const [said, setSaid] = useState<{ error?: string; done?: boolean }>({});
  const { options, refused } = useClassOptions();
  const problem = said.error ?? refused;
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const { starts, ends, seats, name, ...settled } = draft;
    void wire
      ?.ask("class:change", {
        ...{ class: info.id, name, startsAt: timeOf(starts) ?? null, endsAt: timeOf(ends) ?? null },
        capacity: seats === "" ? null : seats,
        ...(info.state === "planned" && settled),
      })
      .then((result) => {
        setSaid(result.ok ? { done: true } : { error: result.error.message });
        if (result.ok) onChange(result.value);
      });
  };
  return (
    <form className={list.form} onSubmit={handleSubmit} data-test="class-edit">
      <ClassFields
        draft={draft}
        options={options}
        settled={info.state !== "planned"}
        onChange={(part) => {
          setDraft((before) => ({ ...before, ...part }));
          setSaid({});
        }}
      />
      <div className={list.foot}>
        <Button type="submit" disabled={draft.name.trim() === ""} data-test="save-class">
          Save
        </Button>
        {said.done ? <span role="status">Saved.</span> : null}
        {problem ? <PaneError>{problem}</PaneError> : null}
      </div>
    </form>
  );
}

function Labs({ info, onChange }: Props) {
  const wire = useWire();
  const [error, setError] = useState<string>();
  const take = (result: Result<ClassInfo>) => {
    setError(result.ok ? undefined : result.error.message);
    if (result.ok) onChange(result.value);
  };
  return (
    <section className={classes.card}>
      <h2>Labs</h2>
      <p>
        {info.contentDigest === undefined
          ? "The class gets a copy of this server's labs when it is opened, and reads that from then on."
          : "The class reads its own copy of the labs."}
        {info.contentChanged ? " The labs on this server have changed since." : ""}
      </p>
      {info.contentDigest !== undefined && info.state !== "archived" ? (
        <>
          <p className={classes.dim}>
            With the labs of now its learners' workspaces stop once: open shells end, files and clusters stay.
          </p>
          <Button
            size="xs"
            variant="default"
            onClick={() => void wire?.ask("class:repin", { class: info.id }).then(take)}
            data-test="repin"
          >
            Use the labs as they are now
          </Button>
        </>
      ) : null}
      {error ? <PaneError>{error}</PaneError> : null}
    </section>
  );
}
