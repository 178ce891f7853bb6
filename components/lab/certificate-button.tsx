"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useWire } from "../socket/index.ts";

/** Asks the server for the workshop's certificate; what is still missing is said in its place. */
export function CertificateButton({ lab }: { lab: string }) {
  const t = useTranslations("lab");
  const wire = useWire();
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const ask = async () => {
    setAsking(true);
    const result = await wire?.ask("certificate:ask", { lab });
    setAsking(false);
    if (result?.ok) window.location.assign(`/certificate/${result.value.code}`);
    else setRefusal(result?.error.message ?? t("notConnected"));
  };
  return (
    <>
      {refusal === undefined ? null : <small role="status">{refusal}</small>}
      <Button
        size="xs"
        variant="default"
        loading={asking}
        onClick={() => void ask()}
        title={t("certificateFor")}
        data-test="certificate"
      >
        {t("certificate")}
      </Button>
    </>
  );
}
