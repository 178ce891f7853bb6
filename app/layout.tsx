import "@mantine/core/styles.css";
import "./globals.css";
import { ColorSchemeScript, mantineHtmlProps } from "@mantine/core";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers, ViewerProvider } from "../components/ui/index.ts";
import { viewersLanguage } from "./language.ts";
import { PageTexts } from "./texts.tsx";
import { viewerShown } from "./viewer.ts";

export const metadata: Metadata = {
  title: { default: "Meshwork", template: "%s · Meshwork" },
  description: "Learn Istio by typing real commands beside a live picture of the mesh.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Our server makes a nonce per response and hands it on in this request header.
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang={await viewersLanguage()} {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript nonce={nonce} defaultColorScheme="auto" />
      </head>
      <body>
        <Providers nonce={nonce}>
          <PageTexts of={[]}>
            <ViewerProvider viewer={await viewerShown()}>{children}</ViewerProvider>
          </PageTexts>
        </Providers>
      </body>
    </html>
  );
}
