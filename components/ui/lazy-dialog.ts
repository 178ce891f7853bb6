"use client";

import dynamic from "next/dynamic";

/** A dialog is heavy, and every page imports this folder: it comes with the first page that draws one. */
export const Dialog = dynamic(() => import("./dialog.tsx").then((part) => part.Dialog), { ssr: false });
