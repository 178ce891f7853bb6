"use client";

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useState } from "react";
import { theme } from "./theme.ts";

const NonceContext = createContext<string | undefined>(undefined);

/** The nonce under which this document may add style elements. */
export const useNonce = (): string | undefined => useContext(NonceContext);

export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  // The document's policy is the one of its first response; a later server render brings another nonce, of no use here.
  const [firstNonce] = useState(nonce);
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true, staleTime: 1_000 } },
      }),
  );
  return (
    <NonceContext.Provider value={firstNonce}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => firstNonce ?? ""}>
        <QueryClientProvider client={queries}>{children}</QueryClientProvider>
      </MantineProvider>
    </NonceContext.Provider>
  );
}
