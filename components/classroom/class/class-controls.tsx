"use client";

import { Button, Group, Select } from "@mantine/core";
import { IconLock, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import type { ClassInfo, LabSummary, Result } from "../../../server/contracts/index.ts";
import { useWire } from "../../socket/index.ts";
import { PaneError } from "../../ui/index.ts";
import classes from "./board.module.css";

interface Props {
  readonly info: ClassInfo;
  readonly labs: readonly LabSummary[];
  onChange(info: ClassInfo): void;
}

/** Opening and closing, the gate, pauses, and the end. */
export function ClassControls({ info, labs, onChange }: Props) {
  const wire = useWire();
  const [error, setError] = useState<string>();
  const take = (result: Result<ClassInfo>) => {
    setError(result.ok ? undefined : result.error.message);
    if (result.ok) onChange(result.value);
  };
  const move = (to: ClassInfo["state"]) => void wire?.ask("class:move", { class: info.id, to }).then(take);
  const last = info.pauses.at(-1);
  const paused = last !== undefined && last.to === undefined;
  return (
    <>
      <Group gap={8} className={classes.push ?? ""}>
        {info.state === "open" ? (
          <>
            <Select
              size="xs"
              w={230}
              aria-label="Learners go no further than"
              leftSection={<IconLock size={14} aria-hidden />}
              placeholder="No gate: all labs open"
              clearable
              value={info.gateLab ?? null}
              data={labs.map(({ id, title }) => ({ value: id, label: `Up to: ${title}` }))}
              onChange={(lab) => void wire?.ask("class:gate", { class: info.id, lab }).then(take)}
              data-test="gate"
            />
            <Button
              size="xs"
              variant="default"
              leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
              onClick={() => void wire?.ask("class:pause", { class: info.id, paused: !paused }).then(take)}
              data-test="pause"
            >
              {paused ? "Go on" : "Pause times"}
            </Button>
            {info.endsAt === undefined ? null : (
              <Button
                size="xs"
                variant="default"
                onClick={() => void wire?.ask("class:extend", { class: info.id, minutes: 15 }).then(take)}
                data-test="extend"
              >
                15 min longer
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => move("closed")} data-test="close-class">
              Close
            </Button>
          </>
        ) : null}
        {info.state === "planned" || info.state === "closed" ? (
          <>
            <Button size="xs" onClick={() => move("open")} data-test="open-class">
              {info.state === "planned" ? "Open the class" : "Open again"}
            </Button>
            <Button size="xs" variant="default" onClick={() => move("archived")} data-test="archive">
              Archive
            </Button>
          </>
        ) : null}
        {info.state === "archived" ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => move(info.openedAt === undefined ? "planned" : "closed")}
            data-test="unarchive"
          >
            Out of the archive
          </Button>
        ) : null}
      </Group>
      {error ? <PaneError>{error}</PaneError> : null}
    </>
  );
}
