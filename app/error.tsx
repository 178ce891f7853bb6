"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { AppHeader, HelpPage } from "../components/ui/index.ts";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <>
      <AppHeader />
      <HelpPage title="This page could not be shown">
        <p>
          Your terminal, cluster and progress live on the server and are not affected. Try again; if it
          happens again, give the person who runs this server
          {error.digest ? (
            <>
              {" "}
              this number: <code>{error.digest}</code>.
            </>
          ) : (
            " the time it happened."
          )}
        </p>
        <Button onClick={reset} mr="md">
          Try again
        </Button>
        <Link href="/">See all labs</Link>
      </HelpPage>
    </>
  );
}
