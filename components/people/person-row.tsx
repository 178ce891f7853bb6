"use client";

import { Button, Select } from "@mantine/core";
import { useState } from "react";
import type { OneTimeLink, PersonShown } from "../../server/contracts/index.ts";
import { Dialog } from "../ui/index.ts";
import { linkIn } from "./answers.ts";
import classes from "./people.module.css";
import type { useRequest } from "./use-request.ts";

interface Props {
  readonly person: PersonShown;
  readonly mine: boolean;
  readonly ask: ReturnType<typeof useRequest>["ask"];
  onLink(link: OneTimeLink): void;
  onChanged(text: string): void;
}

export function PersonRow({ person, mine, ask, onLink, onChanged }: Props) {
  const [removing, setRemoving] = useState(false);
  const { id, name } = person;
  const setRole = async (role: string | null) => {
    if (role === null || role === person.role) return;
    const answer = await ask("/api/people/role", { id, role });
    if (answer) onChanged(`${name} is ${role} now, and has to sign in again.`);
  };
  const makeLink = async () => {
    const answer = await ask("/api/people/link", { id });
    const link = linkIn(answer?.value);
    if (link) onLink(link);
  };
  const remove = async () => {
    setRemoving(false);
    const answer = await ask("/api/people/remove", { id });
    if (answer) onChanged(`${name} is removed.`);
  };
  return (
    <tr data-test="person">
      <td>
        <span className={classes.name}>
          <bdi>{name}</bdi>
        </span>
        {mine ? " (you)" : ""}
        {person.email ? <div className={classes.dim}>{person.email}</div> : null}
      </td>
      <td className={classes.dim}>{person.ways.length > 0 ? person.ways.join(", ") : "class code"}</td>
      <td>
        {/* Whoever gave up their own rights by a slip could not take them back. */}
        {mine || person.ways.length === 0 ? (
          person.role
        ) : (
          <Select
            size="xs"
            w={130}
            aria-label={`Role of ${name}`}
            data={["owner", "instructor", "learner"]}
            value={person.role}
            allowDeselect={false}
            onChange={(role) => void setRole(role)}
          />
        )}
      </td>
      <td>
        <div className={classes.row}>
          <Button size="compact-sm" variant="default" onClick={() => void makeLink()}>
            Password link
          </Button>
          {mine ? null : (
            <Button
              size="compact-sm"
              variant="default"
              className={classes.dangerous ?? ""}
              onClick={() => setRemoving(true)}
            >
              Remove
            </Button>
          )}
        </div>
        <Dialog opened={removing} onClose={() => setRemoving(false)} title="Remove this person?">
          <p>
            <bdi>{name}</bdi> is signed out at once. Their progress, files and cluster are deleted, and nobody
            can bring them back.
          </p>
          <div className={classes.row}>
            <Button className={classes.final ?? ""} onClick={() => void remove()}>
              Remove for good
            </Button>
            <Button variant="default" onClick={() => setRemoving(false)} data-autofocus>
              Keep
            </Button>
          </div>
        </Dialog>
      </td>
    </tr>
  );
}
