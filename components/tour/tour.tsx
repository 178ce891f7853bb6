"use client";

import { Button, CloseButton } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { type Box, placeCard } from "./place-card.ts";
import { type TourPart, tourParts } from "./stops.ts";
import classes from "./tour.module.css";

interface Props {
  /** Brings a part into sight where not everything is seen at once. */
  onShow(part: TourPart): void;
  onClose(): void;
}

/** Leads round the page, a card at a time. The page stays usable meanwhile; Escape ends it. */
export function Tour({ onShow, onClose }: Props) {
  const t = useTranslations("lab");
  const [index, setIndex] = useState(0);
  const [target, setTarget] = useState<Box>();
  const [corner, setCorner] = useState({ left: 12, top: 12 });
  const card = useRef<HTMLDivElement>(null);
  const latest = useRef({ onShow, onClose });
  latest.current = { onShow, onClose };
  const part = tourParts[index] ?? "text";

  useEffect(() => {
    const back = document.activeElement;
    return () => {
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  useEffect(() => {
    latest.current.onShow(part);
    card.current?.focus();
    const look = () => {
      const found = document.querySelector(`[data-tour="${part}"]`)?.getBoundingClientRect();
      setTarget(found && { left: found.left, top: found.top, width: found.width, height: found.height });
    };
    // Showing a part takes a frame; panes that are dragged or a window that is turned take the mark along.
    const frame = requestAnimationFrame(look);
    const watch = new ResizeObserver(look);
    const element = document.querySelector(`[data-tour="${part}"]`);
    if (element) watch.observe(element);
    window.addEventListener("resize", look);
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      window.removeEventListener("resize", look);
    };
  }, [part]);
  useLayoutEffect(() => {
    if (!target || !card.current) return;
    const { offsetWidth: width, offsetHeight: height } = card.current;
    setCorner(placeCard(target, { width, height }, { width: window.innerWidth, height: window.innerHeight }));
  }, [target]);

  const place = t("tour.place", { number: index + 1, total: tourParts.length });
  const last = index === tourParts.length - 1;
  const move = (by: number) => setIndex(Math.min(tourParts.length - 1, Math.max(0, index + by)));
  return (
    <>
      {target ? (
        <div
          className={classes.mark}
          aria-hidden
          style={{ left: target.left, top: target.top, width: target.width, height: target.height }}
        />
      ) : null}
      <div
        ref={card}
        className={classes.card}
        style={corner}
        role="dialog"
        aria-label={t("tour.label", { place, title: t(`tour.stops.${part}.title`) })}
        aria-describedby="tour-text"
        tabIndex={-1}
        data-test="tour"
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          else if (event.key === "ArrowRight") move(1);
          else if (event.key === "ArrowLeft") move(-1);
          else return;
          event.preventDefault();
        }}
      >
        <div className={classes.head}>
          <h2>{t(`tour.stops.${part}.title`)}</h2>
          <CloseButton size="sm" aria-label={t("tour.end")} onClick={onClose} />
        </div>
        <p id="tour-text">{t(`tour.stops.${part}.text`)}</p>
        <div className={classes.foot}>
          <span className={classes.count}>{place}</span>
          {index > 0 ? (
            <Button size="compact-sm" variant="default" onClick={() => move(-1)}>
              {t("tour.back")}
            </Button>
          ) : null}
          <Button size="compact-sm" onClick={() => (last ? onClose() : move(1))} data-test="tour-next">
            {t(last ? "tour.start" : "tour.next")}
          </Button>
        </div>
      </div>
    </>
  );
}
