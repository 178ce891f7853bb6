"use client";

import { Button } from "@mantine/core";
import { useRouter } from "next/navigation";
import type { SessionShown } from "../../server/contracts/index.ts";
import { useNow, useRelativeTime } from "../ui/index.ts";
import { endedIn } from "./answers.ts";
import { browserName } from "./browser-name.ts";
import classes from "./people.module.css";
import { Said } from "./said.tsx";
import { useRequest } from "./use-request.ts";

interface Props {
  readonly sessions: readonly SessionShown[];
  /** They can sign in again. */
  readonly lasting: boolean;
}

/** Where one is signed in. */
export function Browsers({ sessions, lasting }: Props) {
  const router = useRouter();
  const now = useNow(30_000) ?? 0;
  const ago = useRelativeTime();
  const { busy, saying, ask, say } = useRequest();
  const end = async (body: { session?: string; others?: boolean }) => {
    const answer = await ask("/api/account/end-sessions", body);
    if (!answer) return;
    const { ended, signedOut } = endedIn(answer.value);
    if (signedOut) window.location.assign("/sign-in");
    say(ended === 1 ? "One browser is signed out." : `${ended} browsers are signed out.`);
    router.refresh();
  };
  return (
    <section className={classes.card} aria-labelledby="browsers">
      <h2 id="browsers">Signed-in browsers</h2>
      <ul className={classes.sessions}>
        {sessions.map(({ id, browser, address, since, current }) => (
          <li key={id}>
            <span>
              {browserName(browser)} {current ? <strong>(this one)</strong> : null}
              <br />
              <span className={classes.dim}>
                {address ? `from ${address}, ` : ""}signed in {now === 0 ? "" : ago(since, now)}
              </span>
            </span>
            {current ? null : (
              <Button
                variant="default"
                size="compact-sm"
                loading={busy}
                onClick={() => void end({ session: id })}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className={classes.row}>
        {sessions.length > 1 ? (
          <Button variant="default" loading={busy} onClick={() => void end({ others: true })}>
            Sign out the others
          </Button>
        ) : null}
        {/* Without an account, nobody could come back. */}
        {lasting ? (
          <Button variant="default" loading={busy} onClick={() => void end({})}>
            Sign out everywhere
          </Button>
        ) : null}
      </div>
      <Said saying={saying} />
    </section>
  );
}
