"use client";

import { IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import classes from "./tree.module.css";

export interface TreeItem {
  /** Unique in the tree. */
  readonly id: string;
  readonly label: string;
  /** Before the label. */
  readonly icon?: ReactNode;
  /** After the label: badges and small words. */
  readonly note?: ReactNode;
  readonly tone?: "changed" | undefined;
  /** Made when the item is opened; absent: nothing below. */
  readonly children?: (() => readonly TreeItem[]) | undefined;
}

interface Props {
  readonly label: string;
  readonly items: readonly TreeItem[];
  readonly open: ReadonlySet<string>;
  readonly selected: string | undefined;
  readonly test?: string | undefined;
  onToggle(id: string, open: boolean): void;
  onSelect(id: string): void;
}

interface Row {
  readonly item: TreeItem;
  readonly depth: number;
  readonly parent: string | undefined;
}

const mostRows = 3_000;

/** Follows the ARIA tree pattern: arrows walk, right opens, left closes or goes up, Enter selects. */
export function Tree({ label, items, open, selected, test, onToggle, onSelect }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => visibleRows(items, open), [items, open]);
  const current = rows.some(({ item }) => item.id === selected) ? selected : rows[0]?.item.id;

  const go = (row: Row | undefined) => {
    if (!row) return;
    onSelect(row.item.id);
    element.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.item.id)}"]`)?.focus();
  };
  const handleKey = (event: KeyboardEvent) => {
    const at = rows.findIndex(({ item }) => item.id === current);
    const row = rows[at];
    if (!row) return;
    const isOpen = open.has(row.item.id);
    switch (event.key) {
      case "ArrowDown":
        go(rows[at + 1]);
        break;
      case "ArrowUp":
        go(rows[at - 1]);
        break;
      case "Home":
        go(rows[0]);
        break;
      case "End":
        go(rows.at(-1));
        break;
      case "ArrowRight":
        if (row.item.children && !isOpen) onToggle(row.item.id, true);
        else if (row.item.children) go(rows[at + 1]);
        break;
      case "ArrowLeft":
        if (isOpen && row.item.children) onToggle(row.item.id, false);
        else go(rows.find(({ item }) => item.id === row.parent));
        break;
      case "Enter":
      case " ":
        onSelect(row.item.id);
        if (row.item.children) onToggle(row.item.id, !isOpen);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div
      ref={element}
      className={classes.tree}
      role="tree"
      aria-label={label}
      data-test={test}
      onKeyDown={handleKey}
    >
      {rows.map(({ item, depth }) => {
        const isOpen = open.has(item.id);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the tree as a whole.
          <div
            key={item.id}
            role="treeitem"
            data-id={item.id}
            aria-level={depth + 1}
            aria-expanded={item.children ? isOpen : undefined}
            aria-selected={item.id === selected}
            tabIndex={item.id === current ? 0 : -1}
            className={classes.row}
            data-tone={item.tone}
            style={{ paddingLeft: 6 + depth * 15 }}
            onClick={() => {
              onSelect(item.id);
              if (item.children) onToggle(item.id, !isOpen);
            }}
          >
            <span
              className={classes.chevron}
              data-open={isOpen}
              data-leaf={!item.children}
              aria-hidden="true"
            >
              <IconChevronRight size={13} />
            </span>
            {item.icon}
            <span className={classes.label} title={item.label}>
              {item.label}
            </span>
            {item.note ? <span className={classes.note}>{item.note}</span> : null}
          </div>
        );
      })}
    </div>
  );
}

function visibleRows(items: readonly TreeItem[], open: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const walk = (list: readonly TreeItem[], depth: number, parent: string | undefined) => {
    for (const item of list) {
      if (rows.length >= mostRows) return;
      rows.push({ item, depth, parent });
      if (item.children && open.has(item.id)) walk(item.children(), depth + 1, item.id);
    }
  };
  walk(items, 0, undefined);
  return rows;
}
