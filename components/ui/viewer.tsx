"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { ViewerShown } from "../../server/contracts/index.ts";

const ViewerContext = createContext<ViewerShown | undefined>(undefined);

/** Who is signed in, for what pages show. What somebody may do is decided by the server alone. */
export const useViewer = (): ViewerShown | undefined => useContext(ViewerContext);

export function ViewerProvider({
  viewer,
  children,
}: {
  viewer: ViewerShown | undefined;
  children: ReactNode;
}) {
  return <ViewerContext.Provider value={viewer}>{children}</ViewerContext.Provider>;
}
