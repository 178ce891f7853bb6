"use client";

import { useSyncExternalStore } from "react";

// Below this the instructions and the tools stand one above the other: a tablet held upright.
const wideQuery = "(min-width: 1000px)";
// There, this is enough for instructions, graph and terminal at once.
const tallQuery = "(min-width: 700px) and (min-height: 1000px)";

// Here only one of instructions, terminal and panes is readable at a time.
const phoneQuery = "(max-width: 640px)";

const subscriberTo = (media: string) => (listener: () => void) => {
  const query = window.matchMedia(media);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
};
const subscribeWide = subscriberTo(wideQuery);
const subscribeTall = subscriberTo(tallQuery);
const subscribePhone = subscriberTo(phoneQuery);

export const useWide = (): boolean =>
  useSyncExternalStore(
    subscribeWide,
    () => window.matchMedia(wideQuery).matches,
    () => true,
  );

export const useTall = (): boolean =>
  useSyncExternalStore(
    subscribeTall,
    () => window.matchMedia(tallQuery).matches,
    () => false,
  );

export const usePhone = (): boolean =>
  useSyncExternalStore(
    subscribePhone,
    () => window.matchMedia(phoneQuery).matches,
    () => false,
  );
