"use client";

import type { EventRow } from "../../server/contracts/index.ts";
import { EmptyState, ScrollRegion, useNow } from "../ui/index.ts";
import { age } from "./age.ts";
import classes from "./cluster.module.css";

export function EventTable({ events, filter }: { events: readonly EventRow[]; filter: string }) {
  const now = useNow(5_000);
  const needle = filter.trim().toLowerCase();
  const shown = events.filter(({ about, reason, message }) =>
    `${about} ${reason} ${message}`.toLowerCase().includes(needle),
  );
  if (shown.length === 0)
    return <EmptyState title="No events">The cluster keeps events for an hour.</EmptyState>;
  return (
    <ScrollRegion className={classes.table} label="Events" test="event-table">
      <table>
        <thead>
          <tr>
            <th scope="col" className={classes.age}>
              Last seen
            </th>
            <th scope="col">Object</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((event) => (
            <tr key={event.uid}>
              <td className={classes.age}>{age(event.lastSeen, now)}</td>
              <td>
                {event.about}
                <span className={classes.dim}>{event.namespace}</span>
              </td>
              <td>
                <b className={classes.state} data-tone={event.type === "Warning" ? "bad" : "quiet"}>
                  {event.reason}
                  {event.count > 1 ? ` ×${event.count}` : ""}
                </b>{" "}
                {event.message}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
