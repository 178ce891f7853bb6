"use client";

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { PersonShown } from "../../server/contracts/index.ts";
import { Dialog } from "../ui/index.ts";
import classes from "./people.module.css";
import { Said } from "./said.tsx";
import { useRequest } from "./use-request.ts";

/** A copy of all that is kept about somebody, and the end of it. */
export function OwnData({ person }: { person: PersonShown }) {
  const { busy, saying, ask } = useRequest();
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const handleExport = async () => {
    const answer = await ask("/api/account/export", {});
    if (!answer) return;
    const file = new Blob([JSON.stringify(answer.value, null, 2)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "meshwork-my-data.json";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const handleDelete = async (event: FormEvent) => {
    event.preventDefault();
    if (await ask("/api/account/delete", { name: typed })) window.location.assign("/sign-in");
  };
  return (
    <section className={`${classes.card} ${classes.danger}`} aria-labelledby="data">
      <h2 id="data">Your data</h2>
      <p>
        The copy holds your profile, progress, events, classes, sign-ins and what the audit says about you.
        Deleting removes all of it but the audit's entries, which name you by a number only; your files and
        your cluster go, too, and nobody can bring them back.
      </p>
      <div className={classes.row}>
        <Button variant="default" loading={busy} onClick={() => void handleExport()} data-test="export">
          Save a copy
        </Button>
        <Button
          variant="default"
          className={classes.dangerous ?? ""}
          onClick={() => setAsking(true)}
          data-test="delete"
        >
          Delete the account
        </Button>
      </div>
      <Said saying={asking ? undefined : saying} />
      <Dialog opened={asking} onClose={() => setAsking(false)} title="Delete your account?">
        <form className={classes.form} onSubmit={(event) => void handleDelete(event)}>
          <TextInput
            label={`Type your name to confirm: ${person.name}`}
            required
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <div className={classes.row}>
            <Button type="submit" className={classes.final ?? ""} loading={busy}>
              Delete it for good
            </Button>
            <Button variant="default" onClick={() => setAsking(false)}>
              Keep it
            </Button>
          </div>
          <Said saying={saying} />
        </form>
      </Dialog>
    </section>
  );
}
