/** A part of the page, marked there with `data-tour`, in the order of the tour. What is said of it stands in messages/. */
export const tourParts = ["text", "terminal", "panes", "check", "commands"] as const;
export type TourPart = (typeof tourParts)[number];
