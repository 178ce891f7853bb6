"use client";

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { ClassInfo, WireError } from "../../../server/contracts/index.ts";
import { ConnectionProvider, useConnectedEpoch, useWire } from "../../socket/index.ts";
import { AppHeader, EmptyState, useNow } from "../../ui/index.ts";
import board from "./board.module.css";
import { ClassFacts } from "./class-facts.tsx";
import classes from "./class-list.module.css";
import { NewClass } from "./new-class.tsx";

const archivedLast = (one: ClassInfo, other: ClassInfo): number =>
  Number(one.state === "archived") - Number(other.state === "archived");

/** An instructor's classes. */
export function ClassList() {
  return (
    <ConnectionProvider>
      <AppHeader live />
      <Classes />
    </ConnectionProvider>
  );
}

function Classes() {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const router = useRouter();
  const now = useNow(30_000) ?? 0;
  const [list, setList] = useState<readonly ClassInfo[]>();
  const [refused, setRefused] = useState<WireError>();
  const [making, setMaking] = useState(false);
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("class:list", {}).then((result) => {
      setRefused(result.ok || result.error.code === "unavailable" ? undefined : result.error);
      if (result.ok) setList(result.value);
    });
  }, [wire, connected]);
  if (refused)
    return (
      <main className={board.page} id="content">
        <p className={board.refused} role="alert">
          <IconAlertTriangle size={18} aria-hidden />
          {refused.code === "forbidden"
            ? "This page is for instructors. Sign in as one, or ask the person who runs this server."
            : refused.message}
        </p>
      </main>
    );
  return (
    <main className={classes.page} id="content" data-test="classes">
      <header className={board.head}>
        <h1>Classes</h1>
        <Button
          className={board.push ?? ""}
          leftSection={<IconPlus size={16} />}
          onClick={() => setMaking(true)}
          data-test="new-class"
        >
          New class
        </Button>
      </header>
      {making ? (
        <NewClass onDone={() => setMaking(false)} onMade={(info) => router.push(`/classes/${info.id}`)} />
      ) : null}
      {list === undefined ? <p role="status">Reading your classes…</p> : null}
      {list?.length === 0 && !making ? (
        <EmptyState title="You have no class yet.">
          A class is a group of learners with one workshop and one release of Istio.
        </EmptyState>
      ) : null}
      <ul className={classes.list}>
        {list &&
          [...list].sort(archivedLast).map((info) => (
            <li key={info.id} data-state={info.state} data-test={`class-${info.id}`}>
              <h2>
                <Link href={`/classes/${info.id}`}>{info.name}</Link>
              </h2>
              <ClassFacts info={info} now={now} gate={undefined} />
            </li>
          ))}
      </ul>
    </main>
  );
}
