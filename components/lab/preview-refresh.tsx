"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";

const lookMs = 700;

/** Shows the lab anew whenever its files on the author's disk have changed. */
export function PreviewRefresh() {
  const router = useRouter();
  const known = useRef<string>(undefined);
  useEffect(() => {
    const look = async () => {
      const answer = await fetch("/preview", { cache: "no-store" });
      if (!answer.ok) return;
      const state = await answer.text();
      if (known.current !== undefined && known.current !== state) router.refresh();
      known.current = state;
    };
    const timer = setInterval(() => {
      // A server that is being started again answers a moment later.
      if (!document.hidden) look().catch(() => undefined);
    }, lookMs);
    return () => clearInterval(timer);
  }, [router]);
  return null;
}
