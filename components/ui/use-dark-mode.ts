"use client";

import { useComputedColorScheme } from "@mantine/core";

export const useDarkMode = (): boolean => useComputedColorScheme("light") === "dark";
