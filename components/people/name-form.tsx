"use client";

import { Button, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { PersonShown } from "../../server/contracts/index.ts";
import classes from "./people.module.css";
import { Said } from "./said.tsx";
import { useRequest } from "./use-request.ts";

export function NameForm({ person }: { person: PersonShown }) {
  const router = useRouter();
  const [name, setName] = useState(person.name);
  const { busy, saying, ask, say } = useRequest();
  const handleSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await ask("/api/account/name", { name }))) return;
    say("Your name is changed.");
    router.refresh();
  };
  return (
    <section className={classes.card} aria-labelledby="who">
      <h2 id="who">Who you are</h2>
      <p>
        {person.email ? `${person.email}${person.emailVerified ? "" : " (not confirmed yet)"} · ` : ""}
        {person.role}
        {person.ways.length > 0
          ? ` · signs in with ${person.ways.join(" and ")}`
          : " · joined with a class code"}
      </p>
      <form className={classes.form} onSubmit={(event) => void handleSubmit(event)}>
        <TextInput
          label="Name"
          description="As your class sees it."
          required
          maxLength={60}
          autoComplete="nickname"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="default" loading={busy}>
            Change the name
          </Button>
        </div>
      </form>
      <Said saying={saying} />
    </section>
  );
}
