"use client";

import { useEffect, useRef, useState } from "react";
import { AppHeader, HelpPage } from "../ui/index.ts";
import { readStartLink } from "./start-token.ts";

type State = { phase: "working" } | { phase: "no-token" } | { phase: "refused"; message: string };

/** Exchanges the start-up token for a cookie. The token leaves the address bar at once and is sent nowhere else. */
export function StartPage() {
  const [state, setState] = useState<State>({ phase: "working" });
  const tried = useRef(false);
  useEffect(() => {
    if (tried.current) return;
    tried.current = true;
    const { token, next } = readStartLink(window.location.search, window.location.hash);
    if (token === undefined) {
      setState({ phase: "no-token" });
      return;
    }
    window.history.replaceState(null, "", "/start");
    void exchange(token).then((refusal) => {
      if (refusal === undefined) window.location.replace(next);
      else setState({ phase: "refused", message: refusal });
    });
  }, []);

  return (
    <>
      <AppHeader />
      {state.phase === "working" ? (
        <HelpPage title="Signing you in…">
          <p role="status">One moment.</p>
        </HelpPage>
      ) : state.phase === "no-token" ? (
        <HelpPage title="Open the link from the terminal">
          <p>
            Meshwork printed a link when it started. It carries a token that proves you are the person who
            started it. Open that whole link here.
          </p>
        </HelpPage>
      ) : (
        <HelpPage title="This link does not work">
          <p role="alert">{state.message}</p>
          <p>
            Every start makes a new link. Look at the terminal in which Meshwork runs and open the link it
            shows there.
          </p>
        </HelpPage>
      )}
    </>
  );
}

/** Undefined when the cookie is set, otherwise why not. */
async function exchange(token: string): Promise<string | undefined> {
  try {
    const response = await fetch("/api/start", {
      method: "POST",
      headers: { "content-type": "application/json" },
      credentials: "same-origin",
      body: JSON.stringify({ token }),
    });
    if (response.ok) return undefined;
    return response.status === 401 || response.status === 403
      ? "The token is not the one of the running server."
      : `The server answered ${response.status}.`;
  } catch {
    return "The server does not answer.";
  }
}
