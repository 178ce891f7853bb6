"use client";

import { useEffect, useState } from "react";
import type { OwnClass } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "./connection-provider.tsx";

/** The open class the person learns in, kept live; null: none; undefined: not known yet. */
export function useOwnClass(): OwnClass | null | undefined {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [own, setOwn] = useState<OwnClass | null>();
  useEffect(() => {
    if (!wire || connected === 0) return;
    void wire.ask("class:mine", {}).then((result) => {
      if (result.ok) setOwn(result.value);
    });
    return wire.on("class:mine", setOwn);
  }, [wire, connected]);
  return own;
}
