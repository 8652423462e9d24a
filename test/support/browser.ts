import { spawnSync } from "node:child_process";
import { canUseApt, installWithApt } from "./apt.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

const advice =
  "no browser for the tests: found no TEST_BROWSER and none of " +
  `${NAMES.join(", ")} on PATH. Set TEST_BROWSER to one, or install it: apt-get install chromium | brew install chromium`;

/** The program of a Chromium for the tests: TEST_BROWSER, else one on PATH (installed with apt where that is possible). */
export function findBrowser(): string {
  const given = process.env["TEST_BROWSER"];
  if (given !== undefined && given !== "") return given;
  const found = browserOnPath();
  if (found !== null) return found;
  if (canUseApt()) installWithApt("chromium");
  const installed = browserOnPath();
  if (installed === null) throw new Error(advice);
  return installed;
}

function browserOnPath(): string | null {
  for (const name of NAMES) {
    const { status, stdout } = spawnSync("which", [name], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return null;
}
