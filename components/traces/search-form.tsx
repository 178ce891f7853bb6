"use client";

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { TracesSearch } from "../../server/contracts/index.ts";
import { useRead } from "../socket/index.ts";
import { parseTags } from "./tags.ts";
import classes from "./traces.module.css";

interface Props {
  readonly services: readonly string[];
  readonly active: boolean;
  readonly initial: TracesSearch | undefined;
  onSearch(search: TracesSearch): void;
}

const lookbacks = [
  { value: "300", label: "5 min" },
  { value: "900", label: "15 min" },
  { value: "3600", label: "1 h" },
  { value: "86400", label: "1 day" },
];

export function SearchForm({ services, active, initial, onSearch }: Props) {
  const [service, setService] = useState(initial?.service ?? "");
  const [operation, setOperation] = useState(initial?.operation ?? "");
  const [tags, setTags] = useState(() =>
    Object.entries(initial?.tags ?? {})
      .map(([key, value]) => `${key}=${/\s/.test(value) ? `"${value}"` : value}`)
      .join(" "),
  );
  const [slower, setSlower] = useState(initial?.minDuration ?? "");
  const [lookback, setLookback] = useState(String(initial?.lookbackSeconds ?? 3_600));
  const [wrong, setWrong] = useState<{ tags?: string; slower?: string }>({});
  const chosen = services.includes(service) ? service : (services[0] ?? "");
  const { data } = useRead(
    "traces:operations",
    { service: chosen || "none" },
    { enabled: active && chosen !== "" },
  );

  const handleSubmit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseTags(tags);
    const minimum = slower.trim().replace(" ", "");
    const problems = {
      ...(parsed ? {} : { tags: "key=value, e.g. error=true" }),
      ...(minimum === "" || /^\d+(\.\d+)?(us|µs|ms|s|m)$/.test(minimum) ? {} : { slower: "e.g. 100ms" }),
    };
    setWrong(problems);
    if (!parsed || Object.keys(problems).length > 0 || chosen === "") return;
    onSearch({
      ...{ service: chosen, lookbackSeconds: Number(lookback), limit: 50 },
      ...(operation !== "" && data?.operations.includes(operation) ? { operation } : {}),
      ...(Object.keys(parsed).length > 0 ? { tags: parsed } : {}),
      ...(minimum === "" ? {} : { minDuration: minimum }),
    });
  };
  return (
    <form className={classes.search} aria-label="Search traces" onSubmit={handleSubmit}>
      <NativeSelect
        size="xs"
        w={170}
        aria-label="Service"
        data-test="trace-service"
        value={chosen}
        onChange={(event) => setService(event.currentTarget.value)}
        data={services.length > 0 ? [...services] : [{ value: "", label: "no service yet" }]}
      />
      <NativeSelect
        size="xs"
        w={150}
        aria-label="Operation"
        value={operation}
        onChange={(event) => setOperation(event.currentTarget.value)}
        data={[{ value: "", label: "all operations" }, ...(data?.operations ?? [])]}
      />
      <TextInput
        size="xs"
        w={135}
        aria-label="Tags"
        placeholder="tags: error=true"
        value={tags}
        error={wrong.tags}
        onChange={(event) => setTags(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        w={92}
        aria-label="Slower than"
        placeholder="> 100ms"
        value={slower}
        error={wrong.slower}
        onChange={(event) => setSlower(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label="How far back"
        value={lookback}
        onChange={(event) => setLookback(event.currentTarget.value)}
        data={lookbacks}
      />
      <Button
        size="compact-sm"
        type="submit"
        disabled={chosen === ""}
        leftSection={<IconSearch size={14} aria-hidden />}
        data-test="trace-search"
      >
        Find
      </Button>
    </form>
  );
}
