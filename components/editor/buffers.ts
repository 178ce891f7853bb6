export interface OnDisk {
  readonly text: string;
  readonly version: string;
}

/** One open file. What was typed is never thrown away but by whoever typed it. */
export interface Buffer {
  readonly path: string;
  readonly text: string;
  /** What the edit began from; null: a new file. */
  readonly base: OnDisk | null;
  /** Somebody else's newer version, while there are edits here; "gone" when the file was removed. */
  readonly other?: OnDisk | "gone" | undefined;
}

export type Buffers = ReadonlyMap<string, Buffer>;

export type BufferEvent =
  | { readonly type: "created"; readonly path: string; readonly text?: string | undefined }
  | { readonly type: "restored"; readonly buffer: Buffer }
  | { readonly type: "edited"; readonly path: string; readonly text: string }
  /** The file as the workspace has it now. */
  | { readonly type: "seen"; readonly path: string; readonly disk: OnDisk }
  | { readonly type: "gone"; readonly path: string }
  | { readonly type: "saved"; readonly path: string; readonly disk: OnDisk }
  /** The learner decides between the two. */
  | { readonly type: "took-theirs"; readonly path: string }
  | { readonly type: "kept-mine"; readonly path: string }
  | { readonly type: "closed"; readonly path: string };

export const isDirty = ({ text, base }: Buffer): boolean => base === null || text !== base.text;

export function nextBuffers(buffers: Buffers, event: BufferEvent): Buffers {
  const next = new Map(buffers);
  const put = (buffer: Buffer) => next.set(buffer.path, buffer);
  const known = event.type === "restored" ? undefined : buffers.get(event.path);
  switch (event.type) {
    case "restored":
      return put(event.buffer);
    case "created":
      return known ? buffers : put({ path: event.path, text: event.text ?? "", base: null });
    case "edited":
      return known ? put({ ...known, text: event.text }) : buffers;
    case "seen":
      return put(seen(known, event.path, event.disk));
    case "gone":
      if (!known || known.base === null) return buffers;
      if (isDirty(known)) return put({ ...known, other: "gone" });
      next.delete(event.path);
      return next;
    case "saved":
      // Typing may have gone on while the file was being written.
      return known ? put({ path: known.path, text: known.text, base: event.disk }) : buffers;
    case "took-theirs":
      if (!known?.other) return buffers;
      if (known.other !== "gone") return put({ path: known.path, text: known.other.text, base: known.other });
      next.delete(event.path);
      return next;
    case "kept-mine":
      if (!known?.other) return buffers;
      return put({ path: known.path, text: known.text, base: known.other === "gone" ? null : known.other });
    case "closed":
      next.delete(event.path);
      return next;
  }
}

function seen(known: Buffer | undefined, path: string, disk: OnDisk): Buffer {
  if (!known || (!isDirty(known) && known.base?.version !== disk.version))
    return { path, text: disk.text, base: disk };
  if (known.base?.version === disk.version || known.text === disk.text)
    return { path, text: known.text, base: disk };
  return { ...known, other: disk };
}
