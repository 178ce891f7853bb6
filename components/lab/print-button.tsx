"use client";

import { Button } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useTranslations } from "use-intl";

export function PrintButton() {
  const t = useTranslations("lab");
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPrinter size={15} />}
      onClick={() => window.print()}
      data-test="print"
    >
      {t("sheet.print")}
    </Button>
  );
}
