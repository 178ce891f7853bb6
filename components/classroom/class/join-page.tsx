"use client";

import { Button } from "@mantine/core";
import { IconArrowLeft, IconMaximize } from "@tabler/icons-react";
import { useRef } from "react";
import { PaneError } from "../../ui/index.ts";
import { useJoinCode } from "./join-code.ts";
import classes from "./join-page.module.css";
import { QrCode } from "./qr-code.tsx";

/** For the projector: how to come into the class, read from the last row. */
export function JoinPage({ id, name }: { id: string; name: string }) {
  const { shown, error, ask } = useJoinCode(id);
  const stage = useRef<HTMLElement>(null);
  return (
    <main className={classes.page} id="content" ref={stage} data-test="join-page">
      <nav className={classes.nav} aria-label="This page">
        <Button
          component="a"
          href={`/classes/${id}`}
          size="xs"
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
        >
          Back to the class
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconMaximize size={14} />}
          onClick={() =>
            void (document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen())
          }
        >
          Fill the screen
        </Button>
      </nav>
      <h1>{name}</h1>
      {error ? <PaneError>{error}</PaneError> : null}
      {shown ? (
        <div className={classes.ways}>
          <QrCode text={shown.url} label={`QR code of ${shown.url}`} />
          <div className={classes.words}>
            <p>Point your camera at it, or open</p>
            <p className={classes.url}>{new URL("/join", shown.url).href.replace(/^https?:\/\//, "")}</p>
            <p>and type</p>
            <p className={classes.code} data-test="join-code">
              {shown.code.split("-").map((group) => (
                <span key={group}>{group}</span>
              ))}
            </p>
            <p className={classes.hint}>Capitals, dashes and spaces do not matter.</p>
          </div>
        </div>
      ) : shown === null ? (
        <div>
          <p>There is no code for this class yet.</p>
          <Button onClick={() => ask("new")} data-test="new-code">
            Make a code
          </Button>
        </div>
      ) : null}
    </main>
  );
}
