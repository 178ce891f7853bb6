import { HelpPage } from "../../../components/ui/index.ts";

export default function Loading() {
  return (
    <HelpPage title="Opening the lab…">
      <p>The text, a terminal and your practice cluster are being prepared.</p>
    </HelpPage>
  );
}
