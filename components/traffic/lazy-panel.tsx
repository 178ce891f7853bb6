"use client";

import dynamic from "next/dynamic";

/** The form and the hops come when somebody wants to send something. */
export const TrafficPanel = dynamic(() => import("./traffic-panel.tsx").then((part) => part.TrafficPanel), {
  ssr: false,
});
