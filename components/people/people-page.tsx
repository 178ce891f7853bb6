"use client";

import { Button, Select, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { OneTimeLink, PersonRole, PersonShown } from "../../server/contracts/index.ts";
import { AppHeader } from "../ui/index.ts";
import { linkIn } from "./answers.ts";
import { LinkNote } from "./link-note.tsx";
import classes from "./people.module.css";
import { PersonRow } from "./person-row.tsx";
import { Said } from "./said.tsx";
import { useRequest } from "./use-request.ts";

interface Props {
  readonly people: readonly PersonShown[];
  /** The owner who looks. */
  readonly me: string;
}

/** More are not drawn: the search finds the others. */
const shownAtOnce = 200;
/** Fewer are seen at a glance. */
const searchableFrom = 8;

const articles: Readonly<Record<PersonRole, string>> = {
  owner: "a new owner",
  instructor: "a new instructor",
  learner: "a new learner",
};

/** Who there is, for an owner. */
export function PeoplePage({ people, me }: Props) {
  const router = useRouter();
  const { busy, saying, ask, say } = useRequest();
  const [role, setRole] = useState<PersonRole>("instructor");
  const [wanted, setWanted] = useState("");
  const [link, setLink] = useState<{ link: OneTimeLink; forWhom: string }>();
  const found = people.filter(({ name, email }) =>
    `${name} ${email ?? ""}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  const invite = async () => {
    const answer = await ask("/api/people/invite", { role });
    const made = linkIn(answer?.value);
    if (made) setLink({ link: made, forWhom: articles[role] });
  };
  return (
    <>
      <AppHeader />
      <main className={classes.page} data-wide="true" id="content" data-test="people">
        <h1>People</h1>
        <section className={classes.card} aria-labelledby="invite">
          <h2 id="invite">Invite somebody</h2>
          <p>
            The link lets one person choose their name, e-mail address and password. Learners need none: they
            join with the code of their class.
          </p>
          <div className={classes.row}>
            <Select
              aria-label="Role of the invited person"
              data={["instructor", "owner", "learner"]}
              value={role}
              allowDeselect={false}
              onChange={(value) => setRole(value === "owner" || value === "learner" ? value : "instructor")}
            />
            <Button loading={busy} onClick={() => void invite()} data-test="invite">
              Make a link
            </Button>
          </div>
          {link ? <LinkNote link={link.link} forWhom={link.forWhom} /> : null}
          <Said saying={saying} />
        </section>
        <section className={classes.card} aria-labelledby="everybody">
          <h2 id="everybody">{people.length === 1 ? "One person" : `${people.length} people`}</h2>
          {people.length >= searchableFrom ? (
            <TextInput
              type="search"
              aria-label="Find somebody"
              placeholder="Find a name or an address"
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          ) : null}
          <div className={classes.tableBox}>
            <table className={classes.table}>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Signs in with</th>
                  <th scope="col">Role</th>
                  <th scope="col">
                    <span className={classes.dim}>What to do</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, shownAtOnce).map((person) => (
                  <PersonRow
                    key={`${person.id} ${person.role}`}
                    person={person}
                    mine={person.id === me}
                    ask={ask}
                    onLink={(made) => setLink({ link: made, forWhom: person.name })}
                    onChanged={(text) => {
                      say(text);
                      router.refresh();
                    }}
                  />
                ))}
              </tbody>
            </table>
          </div>
          {found.length > shownAtOnce ? (
            <p>
              The first {shownAtOnce} of {found.length}. The search finds the others.
            </p>
          ) : null}
        </section>
      </main>
    </>
  );
}
