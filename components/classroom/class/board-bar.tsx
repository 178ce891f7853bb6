"use client";

import { Button, Chip as Choice, Menu, Select, Switch, TextInput } from "@mantine/core";
import { IconBolt, IconDownload, IconSearch } from "@tabler/icons-react";
import classes from "./board.module.css";
import { type Filter, filters, type Sorting, sortings } from "./standing.ts";

const filterWords: Readonly<Record<Filter, string>> = {
  all: "All",
  hand: "Hand up",
  stuck: "Perhaps stuck",
  failing: "Something fails",
  idle: "Idle",
  away: "Away",
  finished: "Lab finished",
};
const sortingWords: Readonly<Record<Sorting, string>> = {
  attention: "Who needs me first",
  name: "Name",
  progress: "Who is behind first",
  time: "Longest on a step first",
};

export interface BarState {
  readonly filter: Filter;
  readonly sorting: Sorting;
  readonly search: string;
  readonly hidden: boolean;
}

interface Props {
  readonly state: BarState;
  readonly counts: Readonly<Record<Filter, number>>;
  onChange(part: Partial<BarState>): void;
  onSave(kind: "csv" | "json"): void;
  /** Absent: nothing can be done for these learners just now. */
  readonly onAct: (() => void) | undefined;
}

export function BoardBar({ state, counts, onChange, onSave, onAct }: Props) {
  return (
    <div className={classes.bar}>
      <TextInput
        size="xs"
        w={200}
        aria-label="Find learners"
        placeholder="Name, step, failure"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={state.search}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
        data-test="find-learner"
      />
      <fieldset className={classes.filters}>
        <legend className={classes.unseen}>Which learners</legend>
        {filters.map((filter) => (
          <Choice
            key={filter}
            size="xs"
            type="radio"
            name="board-filter"
            checked={state.filter === filter}
            onChange={() => onChange({ filter })}
          >
            {filterWords[filter]} {counts[filter]}
          </Choice>
        ))}
      </fieldset>
      <Select
        size="xs"
        w={190}
        aria-label="Order"
        allowDeselect={false}
        value={state.sorting}
        data={sortings.map((value) => ({ value, label: sortingWords[value] }))}
        onChange={(value) => {
          const sorting = sortings.find((known) => known === value);
          if (sorting) onChange({ sorting });
        }}
      />
      <Switch
        size="xs"
        label="Hide names"
        checked={state.hidden}
        onChange={(event) => onChange({ hidden: event.currentTarget.checked })}
        data-test="hide-names"
      />
      {onAct ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBolt size={14} />}
          onClick={onAct}
          data-test="act-for-these"
        >
          For these learners
        </Button>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} data-test="export">
            Save
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onSave("csv")}>These rows as CSV</Menu.Item>
          <Menu.Item onClick={() => onSave("json")}>These rows as JSON</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
