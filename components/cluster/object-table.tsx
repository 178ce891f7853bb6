"use client";

import type { ObjectRow } from "../../server/contracts/index.ts";
import { ScrollRegion, useNow } from "../ui/index.ts";
import { age } from "./age.ts";
import classes from "./cluster.module.css";
import { objectKey } from "./kinds.ts";

interface Props {
  readonly rows: readonly ObjectRow[];
  readonly namespaced: boolean;
  readonly changed: ReadonlyMap<string, number>;
  readonly selected: string | undefined;
  onSelect(key: string): void;
}

const mostRows = 500;

export function ObjectTable({ rows, namespaced, changed, selected, onSelect }: Props) {
  const now = useNow(5_000);
  const withNamespace = namespaced && rows.some(({ namespace }) => namespace !== undefined);
  return (
    <ScrollRegion className={classes.table} label="Objects" test="object-table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            {withNamespace ? <th scope="col">Namespace</th> : null}
            <th scope="col">State</th>
            <th scope="col" className={classes.age}>
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => {
            const key = objectKey(row);
            const at = changed.get(row.uid);
            return (
              <tr key={key} data-selected={key === selected} data-changed={at !== undefined}>
                <th scope="row">
                  <button
                    type="button"
                    aria-pressed={key === selected}
                    onClick={() => onSelect(key)}
                    data-test={`object-${row.name}`}
                  >
                    {row.name}
                  </button>
                  {at !== undefined && now !== undefined ? (
                    <span className={classes.changed}>
                      changed {age(new Date(at).toISOString(), now)} ago
                    </span>
                  ) : null}
                </th>
                {withNamespace ? <td>{row.namespace}</td> : null}
                <td>
                  <span className={classes.state} data-tone={row.tone}>
                    {row.summary}
                  </span>
                </td>
                <td className={classes.age}>{age(row.created, now)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > mostRows ? (
        <p className={classes.more}>and {rows.length - mostRows} more: use the filter</p>
      ) : null}
    </ScrollRegion>
  );
}
