"use client";

import type { PersonShown, SessionShown } from "../../server/contracts/index.ts";
import { AppHeader } from "../ui/index.ts";
import { Browsers } from "./browsers.tsx";
import { NameForm } from "./name-form.tsx";
import { OwnData } from "./own-data.tsx";
import { ClaimForm, PasswordForm } from "./password-forms.tsx";
import classes from "./people.module.css";

interface Props {
  readonly person: PersonShown;
  readonly sessions: readonly SessionShown[];
}

/** What is kept about oneself, and what one may do with it. */
export function AccountPage({ person, sessions }: Props) {
  return (
    <>
      <AppHeader />
      <main className={classes.page} id="content" data-test="account">
        <h1>Your account</h1>
        <NameForm person={person} />
        {person.ways.length === 0 ? <ClaimForm /> : null}
        {person.ways.includes("password") ? <PasswordForm /> : null}
        <Browsers sessions={sessions} lasting={person.ways.length > 0} />
        <OwnData person={person} />
      </main>
    </>
  );
}
