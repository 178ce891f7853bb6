"use client";

import { Button, Menu, Tabs } from "@mantine/core";
import { IconAlertTriangle, IconDots } from "@tabler/icons-react";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import type { BoardRow, LabSummary } from "../../../server/contracts/index.ts";
import { LearnerDrawer, useHelpDesk } from "../../help-desk/index.ts";
import { ConnectionProvider, useWire } from "../../socket/index.ts";
import { AppHeader, EmptyState, recall, remember, useNow } from "../../ui/index.ts";
import { ActionDialog } from "./action-dialog.tsx";
import classes from "./board.module.css";
import { type BarState, BoardBar } from "./board-bar.tsx";
import { ClassControls } from "./class-controls.tsx";
import { ClassFacts } from "./class-facts.tsx";
import { DeskSide } from "./desk-side.tsx";
import { boardCsv, boardJson, save } from "./export.ts";
import { Failures } from "./failures.tsx";
import { GroupHint } from "./group-hint.tsx";
import { HeatMap } from "./heat-map.tsx";
import { LearnersTable } from "./learners-table.tsx";
import { pseudonyms } from "./pseudonyms.ts";
import { Report } from "./report.tsx";
import { Settings } from "./settings.tsx";
import { Setup } from "./setup.tsx";
import { arranged, counts, pacesByStep, standingOf } from "./standing.ts";
import { useClassBoard } from "./use-class-board.ts";
import { MeshWall } from "./wall.tsx";

interface Props {
  readonly id: string;
  /** Of the class's workshop, as it reads them. */
  readonly labs: readonly LabSummary[];
}

/** What an instructor looks at while a class runs. */
export function ClassPage(props: Props) {
  return (
    <ConnectionProvider>
      <AppHeader live />
      <ClassBoardPage {...props} />
    </ConnectionProvider>
  );
}

const isTrue = (value: unknown): value is boolean => value === true;

function ClassBoardPage({ id, labs }: Props) {
  const wire = useWire();
  const { info, rows, paces, refused, show } = useClassBoard(id);
  // Times are told in minutes.
  const now = useNow(5_000) ?? 0;
  const [bar, setBar] = useState<BarState>({
    ...{ filter: "all", sorting: "attention", search: "" },
    hidden: recall("board:hide-names", isTrue) ?? false,
  });
  /** Whom an action is chosen for; undefined: none is. */
  const [acting, setActing] = useState<readonly string[]>();
  const search = useDeferredValue(bar.search);
  const byStep = useMemo(() => pacesByStep(paces), [paces]);
  const pauses = info?.pauses;
  const standings = useMemo(() => {
    const clock = { now, paces: byStep, pauses: pauses ?? [] };
    return [...rows.values()].map((row) => standingOf(row, clock));
  }, [rows, byStep, pauses, now]);
  const pseudonym = useMemo(() => pseudonyms([...rows.keys()]), [rows]);
  const nameOf = useCallback(
    (learner: string) => (bar.hidden ? pseudonym.get(learner) : rows.get(learner)?.name) ?? learner,
    [bar.hidden, pseudonym, rows],
  );
  const titleOf = useCallback(
    (lab: string | undefined) => labs.find((known) => known.id === lab)?.title,
    [labs],
  );
  const labIds = useMemo(() => labs.map((lab) => lab.id), [labs]);
  const shown = arranged(standings, { ...bar, search, nameOf, labs: labIds });
  const desk = useHelpDesk(id);
  const [helped, setHelped] = useState<{ id: string; name: string }>();
  const learnerActions = useCallback(
    (row: BoardRow, name: string) => (
      <span className={classes.rowActions}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => setHelped({ id: row.learner, name })}
          data-test="learner-help"
        >
          Help
        </Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button size="compact-xs" variant="subtle" color="gray" aria-label={`What to do with ${name}`}>
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              color="red"
              onClick={() => void wire?.ask("class:remove-learner", { class: id, learner: row.learner })}
            >
              Remove {name} from the class
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    ),
    [wire, id],
  );

  if (refused)
    return (
      <main className={classes.page} id="content">
        <p className={classes.refused} role="alert">
          <IconAlertTriangle size={18} aria-hidden /> {refused.message}
        </p>
      </main>
    );
  if (!info)
    return (
      <main className={classes.page} id="content">
        <p role="status">Reading the class…</p>
      </main>
    );
  const bars = (
    <BoardBar
      state={bar}
      counts={counts(standings)}
      onChange={(part) => {
        setBar((before) => ({ ...before, ...part }));
        if (part.hidden !== undefined) remember("board:hide-names", part.hidden);
      }}
      onAct={
        info.state === "open" && shown.length > 0
          ? () => setActing(shown.map(({ row }) => row.learner))
          : undefined
      }
      onSave={(kind) =>
        kind === "csv"
          ? save("class.csv", "text/csv;charset=utf-8", boardCsv(shown, nameOf))
          : save("class.json", "application/json", boardJson(info, shown, nameOf))
      }
    />
  );
  return (
    <main className={classes.page} id="content" data-test="class">
      <header className={classes.head}>
        <h1>{info.name}</h1>
        <ClassControls info={info} labs={labs} onChange={show} />
      </header>
      <ClassFacts info={info} now={now} gate={titleOf(info.gateLab)} />
      {acting ? (
        <ActionDialog
          id={id}
          labs={labs}
          learners={acting}
          nameOf={nameOf}
          onClose={() => setActing(undefined)}
        />
      ) : null}
      <Tabs defaultValue="learners" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="learners">Learners</Tabs.Tab>
          <Tabs.Tab value="wall">Mesh wall</Tabs.Tab>
          <Tabs.Tab value="steps">By step</Tabs.Tab>
          <Tabs.Tab value="failures">Same failure</Tabs.Tab>
          <Tabs.Tab value="report">Report</Tabs.Tab>
          <Tabs.Tab value="setup">Before the class</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="learners">
          {bars}
          <div className={classes.withSide}>
            <div>
              {rows.size === 0 ? (
                <EmptyState title="Nobody has joined yet.">
                  Share the class's link or code. Learners appear here as soon as they join.
                </EmptyState>
              ) : shown.length === 0 ? (
                <EmptyState title="No learner is like that just now." />
              ) : (
                <LearnersTable standings={shown} nameOf={nameOf} titleOf={titleOf} actions={learnerActions} />
              )}
            </div>
            <DeskSide classroom={id} {...{ labs, desk, nameOf, titleOf }} onOpen={setHelped} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="wall">
          {bars}
          {shown.length === 0 ? (
            <EmptyState title="There is nobody to show just now." />
          ) : (
            <MeshWall classroom={id} standings={shown} nameOf={nameOf} onOpen={setHelped} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="steps" pt={14}>
          <HeatMap labs={labs} standings={standings} paces={byStep} nameOf={nameOf} />
        </Tabs.Panel>
        <Tabs.Panel value="failures" pt={14}>
          <Failures
            standings={standings}
            nameOf={nameOf}
            titleOf={titleOf}
            actions={(group) => (
              <div className={classes.groupActions}>
                <GroupHint
                  classroom={id}
                  learners={group.standings.map(({ row }) => row.learner)}
                  labs={labs}
                />
                {info.state === "open" ? (
                  <Button
                    size="xs"
                    variant="default"
                    onClick={() => setActing(group.standings.map(({ row }) => row.learner))}
                  >
                    Act for these {group.standings.length}
                  </Button>
                ) : null}
              </div>
            )}
          />
        </Tabs.Panel>
        <Tabs.Panel value="report" pt={14}>
          <Report id={id} titleOf={titleOf} />
        </Tabs.Panel>
        <Tabs.Panel value="setup" pt={14}>
          <Setup info={info} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" pt={14}>
          <Settings info={info} onChange={show} />
        </Tabs.Panel>
      </Tabs>
      {helped ? (
        <LearnerDrawer
          key={helped.id}
          classroom={id}
          learner={helped}
          name={nameOf(helped.id)}
          labs={labs}
          desk={desk}
          onClose={() => setHelped(undefined)}
        />
      ) : null}
    </main>
  );
}
