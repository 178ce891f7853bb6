"use client";

import dynamic from "next/dynamic";

/** Comparing texts comes with the first change that is looked at. */
export const ChangePanel = dynamic(() => import("./change-panel.tsx").then((part) => part.ChangePanel), {
  ssr: false,
});
