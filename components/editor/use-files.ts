"use client";

import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { useRead, useWire } from "../socket/index.ts";
import { type Buffer, type Buffers, isDirty, nextBuffers } from "./buffers.ts";
import { keepDrafts, keptDrafts } from "./drafts.ts";

export interface FilesUse {
  readonly buffers: Buffers;
  readonly current: Buffer | undefined;
  /** The file that is shown, or is being read. */
  readonly path: string | undefined;
  /** Why it cannot be edited or saved. */
  readonly trouble: string | undefined;
  readonly saving: boolean;
  open(path: string): void;
  create(path: string, text?: string): void;
  edit(text: string): void;
  save(): Promise<boolean>;
  takeTheirs(): void;
  keepMine(): void;
}

const lookMs = 2_000;

/** The open files, followed on the workspace's disk while somebody looks. */
export function useFiles(active: boolean): FilesUse {
  const wire = useWire();
  const [buffers, tell] = useReducer(nextBuffers, new Map());
  const [path, setPath] = useState<string>();
  const [trouble, setTrouble] = useState<string>();
  const [saving, setSaving] = useState(false);
  const latest = useRef(buffers);
  latest.current = buffers;

  useEffect(() => {
    for (const buffer of keptDrafts()) tell({ type: "restored", buffer });
  }, []);
  useEffect(() => {
    if (buffers.size > 0) keepDrafts(buffers);
  }, [buffers]);

  const current = path === undefined ? undefined : buffers.get(path);
  const known = current?.other === "gone" ? undefined : (current?.other?.version ?? current?.base?.version);
  const isNew = current?.base === null;
  const { data, error } = useRead(
    "files:read",
    { path: path ?? "none", ...(known === undefined ? {} : { known }) },
    { enabled: active && path !== undefined && !isNew, everyMs: lookMs },
  );
  const askedFor = useRef(path);
  useEffect(() => {
    // The answer for the file before is still there while the new one is being read.
    const stale = askedFor.current !== path;
    askedFor.current = path;
    if (stale || !data || path === undefined) return;
    if (data.kind === "text") tell({ type: "seen", path, disk: { text: data.text, version: data.version } });
    if (data.kind === "missing") tell({ type: "gone", path });
    setTrouble(
      data.kind === "not-text"
        ? data.why
        : data.kind === "missing"
          ? "This file is no longer there."
          : undefined,
    );
  }, [data, path]);

  const save = useCallback(async () => {
    const buffer = path === undefined ? undefined : latest.current.get(path);
    if (!wire || !buffer) return false;
    setSaving(true);
    const result = await wire.read("files:write", {
      path: buffer.path,
      text: buffer.text,
      expected: buffer.base?.version ?? null,
    });
    setSaving(false);
    if (!result.ok) {
      setTrouble(`Not saved: ${result.error.message}`);
      return false;
    }
    const { value } = result;
    if (value.kind === "conflict") {
      tell({ type: "seen", path: buffer.path, disk: { text: value.text, version: value.version } });
      return false;
    }
    setTrouble(undefined);
    tell({ type: "saved", path: buffer.path, disk: { text: buffer.text, version: value.version } });
    return true;
  }, [wire, path]);

  const show = useCallback((next: string) => {
    setTrouble(undefined);
    setPath(next);
  }, []);
  return {
    ...{ buffers, current, path, saving, save },
    trouble: trouble ?? (current ? undefined : error),
    open: show,
    create: useCallback(
      (next: string, text?: string) => {
        tell({ type: "created", path: next, text });
        show(next);
      },
      [show],
    ),
    edit: useCallback(
      (text: string) => {
        if (path !== undefined) tell({ type: "edited", path, text });
      },
      [path],
    ),
    takeTheirs: () => path !== undefined && tell({ type: "took-theirs", path }),
    keepMine: () => path !== undefined && tell({ type: "kept-mine", path }),
  };
}

/** The names of files with edits that are not saved. */
export const dirtyPaths = (buffers: Buffers): ReadonlySet<string> =>
  new Set([...buffers.values()].filter(isDirty).map(({ path }) => path));
