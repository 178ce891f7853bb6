"use client";

import { Button, Checkbox, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ClassInfo } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { Dialog, PaneError } from "../../ui/index.ts";
import { save } from "./export.ts";
import classes from "./setup.module.css";

/** What is kept of a class: a copy of it, and its deletion. */
export function ClassRecords({ info }: { info: ClassInfo }) {
  const wire = useWire();
  const [error, setError] = useState<string>();
  const [asking, setAsking] = useState(false);
  const handleExport = async () => {
    const result = await wire?.ask("class:export", { class: info.id });
    setError(result?.ok === false ? result.error.message : undefined);
    if (result?.ok) save("class-records.json", "application/json", JSON.stringify(result.value, null, 2));
  };
  return (
    <section className={classes.card}>
      <h2>Records</h2>
      <p>
        A copy of all that is kept: who learned, what they did, what was said, who helped whom, and what was
        changed in the class. It names people; keep it as carefully.
      </p>
      <div className={classes.row}>
        <Button size="xs" variant="default" onClick={() => void handleExport()} data-test="export-class">
          Save a copy
        </Button>
        <Button
          size="xs"
          variant="default"
          className={classes.danger ?? ""}
          disabled={info.state === "open"}
          onClick={() => setAsking(true)}
          data-test="delete-class"
        >
          Delete the class
        </Button>
      </div>
      {info.state === "open" ? (
        <p className={classes.dim}>An open class is closed before it is deleted.</p>
      ) : null}
      {error ? <PaneError>{error}</PaneError> : null}
      <Dialog opened={asking} onClose={() => setAsking(false)} title="Delete this class?">
        <DeleteForm info={info} onKeep={() => setAsking(false)} />
      </Dialog>
    </section>
  );
}

function DeleteForm({ info, onKeep }: { info: ClassInfo; onKeep: () => void }) {
  const wire = useWire();
  const router = useRouter();
  const [name, setName] = useState("");
  const [learners, setLearners] = useState(false);
  const [error, setError] = useState<string>();
  const handleDelete = (event: FormEvent) => {
    event.preventDefault();
    void wire?.ask("class:delete", { class: info.id, name, learners }).then((result) => {
      if (result.ok) router.push("/instructor");
      else setError(result.error.message);
    });
  };
  return (
    <form onSubmit={handleDelete} className={classes.delete} data-test="delete-form">
      <p>Its codes, messages and raised hands go for good. What learners have reached stays with them.</p>
      <TextInput
        label={`Type the class's name to confirm: ${info.name}`}
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Checkbox
        label="Also delete learners who joined by its code, have no account and are in no other class, with their work"
        checked={learners}
        onChange={(event) => setLearners(event.currentTarget.checked)}
      />
      <div className={classes.row}>
        <Button type="submit" variant="default" className={classes.danger ?? ""} data-test="delete-for-good">
          Delete it for good
        </Button>
        <Button variant="default" onClick={onKeep}>
          Keep it
        </Button>
      </div>
      {error ? <PaneError>{error}</PaneError> : null}
    </form>
  );
}
