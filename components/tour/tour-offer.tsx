"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { recall, remember } from "../ui/index.ts";
import type { TourPart } from "./stops.ts";
import classes from "./tour.module.css";

// Most visits need none of it.
const Tour = dynamic(() => import("./tour.tsx").then((part) => part.Tour), { ssr: false });

const isAnswered = (value: unknown): value is true => value === true;

interface Props {
  /** Asked for by the learner, whatever was answered before. */
  readonly open: boolean;
  onOpen(open: boolean): void;
  onShow(part: TourPart): void;
}

/** Offers the tour once in this browser, without taking the focus or covering anything; shows it when it is wanted. */
export function TourOffer({ open, onOpen, onShow }: Props) {
  const t = useTranslations("lab");
  const [offered, setOffered] = useState(false);
  useEffect(() => setOffered(recall("tour", isAnswered) === undefined), []);
  const answer = (wanted: boolean) => {
    remember("tour", true);
    setOffered(false);
    onOpen(wanted);
  };
  return (
    <>
      {offered && !open ? (
        <aside className={classes.offer} aria-label={t("tour.name")} data-test="tour-offer">
          <p>{t("tour.offer")}</p>
          <Button size="compact-sm" variant="default" onClick={() => answer(true)} data-test="tour-start">
            {t("tour.accept")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => answer(false)} data-test="tour-decline">
            {t("tour.decline")}
          </Button>
        </aside>
      ) : null}
      {open ? <Tour onShow={onShow} onClose={() => answer(false)} /> : null}
    </>
  );
}
