"use client";

import { Button, CopyButton } from "@mantine/core";
import type { OneTimeLink } from "../../server/contracts/index.ts";
import classes from "./people.module.css";

/** A link to hand over. It is shown now and never again. */
export function LinkNote({ link, forWhom }: { link: OneTimeLink; forWhom: string }) {
  return (
    <div className={classes.link} role="status" data-test="one-time-link">
      <span>
        A link for <bdi>{forWhom}</bdi>. It is good once, until {new Date(link.expiresAt).toLocaleString()},
        and is not shown again.
      </span>
      <code>{link.url}</code>
      <span>
        <CopyButton value={link.url}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy the link"}
            </Button>
          )}
        </CopyButton>
      </span>
    </div>
  );
}
