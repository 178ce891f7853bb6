import { AppHeader, EmptyState } from "../ui/index.ts";

/** In a preview: why a lab cannot be shown, with file and line. The page shows the lab as soon as it is mended. */
export function LabFault({ message }: { message: string }) {
  return (
    <>
      <AppHeader />
      <main id="content" data-test="lab-fault">
        <EmptyState title="This lab cannot be shown yet">{message}</EmptyState>
      </main>
    </>
  );
}
