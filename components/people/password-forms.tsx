"use client";

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import classes from "./people.module.css";
import { Said } from "./said.tsx";
import { useRequest } from "./use-request.ts";

interface NewPasswordProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}

function NewPassword({ label, value, onChange }: NewPasswordProps) {
  return (
    <PasswordInput
      label={label}
      description="At least 10 characters. A sentence is easier to keep in mind than a word with signs."
      required
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Somebody who joined by a code: so far this browser is the only key to their work. */
export function ClaimForm() {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, saying, ask, say } = useRequest();
  const handleSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await ask("/api/account/claim", { email, password }))) return;
    say("From now on you can sign in anywhere with this address and password.");
    router.refresh();
  };
  return (
    <section className={classes.card} aria-labelledby="claim">
      <h2 id="claim">Keep your progress</h2>
      <p>
        You joined with a class code, so this browser is the only key to your work. With an e-mail address and
        a password you can come back from any other.
      </p>
      <form className={classes.form} onSubmit={(event) => void handleSubmit(event)} data-test="claim">
        <TextInput
          label="E-mail"
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NewPassword label="Password" value={password} onChange={setPassword} />
        <div>
          <Button type="submit" loading={busy}>
            Make it an account
          </Button>
        </div>
      </form>
      <Said saying={saying} />
    </section>
  );
}

export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const { busy, saying, ask, say } = useRequest();
  const handleSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { current, password };
    if (!(await ask("/api/account/password", body))) return;
    setCurrent("");
    setPassword("");
    say("Your password is changed; every other browser is signed out.");
  };
  return (
    <section className={classes.card} aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form className={classes.form} onSubmit={(event) => void handleSubmit(event)}>
        <PasswordInput
          label="Current password"
          required
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPassword label="New password" value={password} onChange={setPassword} />
        <div>
          <Button type="submit" variant="default" loading={busy}>
            Change the password
          </Button>
        </div>
      </form>
      <Said saying={saying} />
    </section>
  );
}
