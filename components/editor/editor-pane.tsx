"use client";

import { Button, TextInput } from "@mantine/core";
import {
  IconDeviceFloppy,
  IconFile,
  IconFilePlus,
  IconFolder,
  IconPencil,
  IconPlayerPlay,
} from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useRead } from "../socket/index.ts";
import {
  Chip,
  EmptyState,
  PaneError,
  PaneFrame,
  type PaneProps,
  ScrollRegion,
  ToolButton,
  Tree,
  usePaneLinks,
} from "../ui/index.ts";
import { ApplyPanel } from "./apply-panel.tsx";
import { isDirty } from "./buffers.ts";
import { ConflictNote } from "./conflict-note.tsx";
import classes from "./editor.module.css";
import { fileTree } from "./file-tree.ts";
import { TextField } from "./text-field.tsx";
import { useApply } from "./use-apply.ts";
import { dirtyPaths, useFiles } from "./use-files.ts";
import { useSetting } from "./use-setting.ts";

const listMs = 3_000;

/** The workspace's files beside the shell that works on them. */
export function EditorPane({ ready, shown }: PaneProps) {
  const active = ready && shown;
  const { data: list, error } = useRead("files:list", {}, { enabled: active, everyMs: listMs });
  const files = useFiles(active);
  const apply = useApply();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [naming, setNaming] = useState(false);
  const wish = usePaneLinks().targetOf("editor");
  const { open: openFile, create: createFile } = files;
  const served = useRef(0);
  useEffect(() => {
    // Whether a file of that name is there is known with the list.
    if (wish?.file === undefined || !list || served.current === wish.stamp) return;
    served.current = wish.stamp;
    const there = list.entries.some(({ path }) => path === wish.file);
    if (wish.text === undefined || there) openFile(wish.file);
    else createFile(wish.file, wish.text);
  }, [wish, list, openFile, createFile]);
  const setting = useSetting(files, wish);
  const dirty = useMemo(() => dirtyPaths(files.buffers), [files.buffers]);
  const items = useMemo(
    () =>
      fileTree(list?.entries ?? [], [...dirty], {
        icon: ({ kind }) =>
          kind === "folder" ? (
            <IconFolder size={14} aria-hidden className={classes.icon} />
          ) : (
            <IconFile size={14} aria-hidden className={classes.icon} />
          ),
        note: (path) => (dirty.has(path) ? <Chip tone="busy">edited</Chip> : null),
      }),
    [list, dirty],
  );
  const folders = useMemo(
    () => new Set((list?.entries ?? []).filter(({ kind }) => kind === "folder").map(({ path }) => path)),
    [list],
  );
  const { current } = files;
  const changed = current !== undefined && isDirty(current);
  const manifest = /\.(ya?ml|json)$/.test(files.path ?? "");
  const save = () => void files.save();

  const bar = (
    <>
      <span className={classes.path} title={list?.root}>
        {files.path ?? list?.root ?? "Editor"}
        {changed ? <Chip tone="busy">not saved</Chip> : null}
      </span>
      <div className={classes.tools}>
        <ToolButton label="New file" pressed={naming} onClick={() => setNaming(!naming)}>
          <IconFilePlus size={16} />
        </ToolButton>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDeviceFloppy size={14} aria-hidden />}
          disabled={!changed}
          loading={files.saving}
          onClick={save}
          data-test="editor-save"
        >
          Save
        </Button>
        {manifest ? (
          <Button
            size="compact-xs"
            leftSection={<IconPlayerPlay size={13} aria-hidden />}
            disabled={!current}
            loading={apply.state.phase === "asking" || apply.state.phase === "applying"}
            onClick={() => apply.ask(current?.text ?? "")}
            data-test="editor-apply"
          >
            Compare and apply
          </Button>
        ) : null}
      </div>
    </>
  );
  return (
    <PaneFrame label="Editor" test="editor" bar={bar}>
      {error ? <PaneError>{error}</PaneError> : null}
      {files.trouble ? <PaneError>{files.trouble}</PaneError> : null}
      {setting.trouble ? <PaneError>{setting.trouble}</PaneError> : null}
      {naming ? (
        <NameForm
          taken={(name) => list?.entries.some(({ path }) => path === name) ?? false}
          onName={(name) => {
            setNaming(false);
            files.create(name);
          }}
        />
      ) : null}
      {!list ? (
        error ? null : (
          <EmptyState title={ready ? "Reading your files…" : "Waiting for the workspace…"} />
        )
      ) : (
        <div className={classes.body}>
          <ScrollRegion className={classes.tree} label="Files of the workspace">
            <Tree
              label="Files"
              test="file-tree"
              items={items}
              open={open}
              selected={files.path}
              onSelect={(path) => {
                if (!folders.has(path)) files.open(path);
              }}
              onToggle={(path, wanted) =>
                setOpen((before) => {
                  const next = new Set(before);
                  if (wanted) next.add(path);
                  else next.delete(path);
                  return next;
                })
              }
            />
            {list.cut ? <p className={classes.hint}>There are more files than are listed here.</p> : null}
          </ScrollRegion>
          <div className={classes.main}>
            {current?.other ? (
              <ConflictNote
                mine={current.text}
                other={current.other}
                onTakeTheirs={files.takeTheirs}
                onKeepMine={files.keepMine}
              />
            ) : null}
            {current ? (
              <TextField
                path={current.path}
                text={current.text}
                onChange={files.edit}
                onSave={save}
                line={setting.shown ?? (wish?.file === current.path ? wish : undefined)}
              />
            ) : (
              <EmptyState
                icon={<IconPencil size={30} stroke={1.2} aria-hidden />}
                title={files.path ? "Reading…" : "Choose a file"}
              >
                {files.path
                  ? null
                  : "What you save here the terminal sees at once, and the other way round. Ctrl-S saves."}
              </EmptyState>
            )}
            <ApplyPanel use={apply} text={current?.text ?? ""} />
          </div>
        </div>
      )}
    </PaneFrame>
  );
}

function NameForm({ taken, onName }: { taken: (name: string) => boolean; onName: (name: string) => void }) {
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string>();
  return (
    <form
      className={classes.naming}
      onSubmit={(event) => {
        event.preventDefault();
        const path = name.trim().replace(/^\.\//, "");
        if (
          path === "" ||
          path.startsWith("/") ||
          path.split("/").some((part) => ["", ".", ".."].includes(part))
        )
          setWrong("A path inside the workspace, e.g. apps/virtual-service.yaml");
        else if (taken(path)) setWrong("There is such a file already.");
        else onName(path);
      }}
    >
      <TextInput
        size="xs"
        autoFocus
        className={classes.name}
        aria-label="Name of the new file"
        placeholder="virtual-service.yaml"
        value={name}
        error={wrong}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button size="compact-sm" type="submit">
        Create
      </Button>
    </form>
  );
}
