import { expect, type Page, test } from "@playwright/test";
import { expectAccessibleInBothThemes, expectReadsOnAPhone } from "./support/both-themes.ts";
import { openLab, run, terminalText, typeCommand, watchViolations } from "./support/lab-page.ts";
import { type Product, startProduct } from "./support/product.ts";

// One product for all stories: each goes on where the one before it left the workspace.
test.describe.configure({ mode: "serial" });
test.use({ viewport: { width: 1600, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => product?.stop());

/** Signs this browser in, without opening a lab. */
async function signIn(page: Page): Promise<void> {
  await page.goto(product.url);
  await page.getByTestId("continue").waitFor();
}

test("who is not signed in learns how; a wrong link says so", async ({ page }) => {
  const violations = await watchViolations(page);
  const answer = await page.goto(new URL("/", product.url).href);
  expect(answer?.status()).toBe(401);
  await expect(page.getByRole("heading", { name: "This browser is not signed in" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "signed-out");
  await expectReadsOnAPhone(page, "signed-out");
  await page.goto(new URL("/start#token=wrong", product.url).href);
  await expect(page.getByRole("status")).toContainText("Copy the whole line from the terminal");
  await expectAccessibleInBothThemes(page, "start-refused");
  expect(await violations()).toEqual([]);
});

test("the overview leads to the lab; unknown addresses lead back", async ({ page }) => {
  const violations = await watchViolations(page);
  await signIn(page);
  // Where a newcomer begins shows its steps; the others are there by name.
  await expect(page.getByTestId("lab-install-istio")).toContainText("Install the demo profile");
  await expect(page.getByTestId("lab-secure-services-mtls")).toContainText("Secure services with mutual TLS");
  await expectAccessibleInBothThemes(page, "overview");
  await expectReadsOnAPhone(page, "overview");
  for (const address of ["/labs/no-such-lab", "/no/such/page"]) {
    const answer = await page.goto(new URL(address, product.url).href);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
    await expectAccessibleInBothThemes(page, "not-found");
    await page.getByRole("link", { name: "See all labs" }).click();
    await page.getByTestId("continue").waitFor();
  }
  expect(await violations()).toEqual([]);
});

test("an instructor sees what a learner does while it happens", async ({ page, context }) => {
  const board = await context.newPage();
  const learnerSaw = await watchViolations(page);
  const instructorSaw = await watchViolations(board);
  await signIn(page);
  await board.goto(new URL("/instructor", product.url).href);
  await expect(board.getByRole("heading", { name: "The class" })).toBeVisible();

  await test.step("the lab, the step and the connection", async () => {
    await openLab(page, new URL("/", product.url).href);
    const row = board.getByRole("row").filter({ hasText: "Secure services with mutual TLS" });
    await expect(row).toContainText("See who speaks in the clear");
    await expect(row).toContainText("step 1 of 6");
    await expect(row).toContainText("connected");
  });

  await test.step("Run types the command; Copy takes the whole of it", async () => {
    const block = page.getByTestId("block-run").filter({ hasText: "kubectl get peerauthentication" });
    await block.getByTestId("run").click();
    await expect.poll(() => terminalText(page)).toContain("No resources found");
    const loop = page
      .getByTestId("block-run")
      .filter({ hasText: "kubectl exec deploy/sleep -n default -- curl -s -o" });
    await loop.getByTestId("copy").click();
    await expect(loop.getByTestId("copy")).toHaveText("Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^for i in \{1\.\.150\}; do kubectl exec .*; done > \/dev\/null 2>&1 &$/);
    await expect(board.getByRole("row").nth(1)).toContainText("kubectl get peerauthentication");
  });

  await test.step("what fails, in the condition's own words", async () => {
    await page.getByTestId("check").click();
    const failing = page.getByTestId("condition-sleep-outside-mesh");
    await expect(failing).toHaveAttribute("data-status", "failed");
    await expect(failing).toContainText("Try next:");
    await expect(board.getByRole("row").nth(1)).toContainText("no running sleep pod");
    await expectAccessibleInBothThemes(board, "instructor");
    await expectAccessibleInBothThemes(page, "lab-failing");
  });

  await test.step("a heredoc runs whole, and the graph and its table say what the mesh is", async () => {
    await page.getByRole("button", { name: "Step 3: Ask for mutual TLS everywhere" }).click();
    await expect(board.getByRole("row").nth(1)).toContainText("step 3 of 6");
    await page.getByTestId("block-run").filter({ hasText: "<<EOF" }).getByTestId("run").click();
    await expect
      .poll(() => terminalText(page))
      .toContain("peerauthentication.security.istio.io/default created");
    await expect(page.getByTestId("condition-strict-in-root-namespace")).toHaveAttribute(
      "data-status",
      "passed",
    );
    await page.getByTestId("edge-istio-ingressgateway-to-web-api").click();
    await expect(page.getByTestId("why-panel")).toContainText("PeerAuthentication istio-system/default");
    await expectAccessibleInBothThemes(page, "lab-why");
    await page.getByRole("button", { name: "Show as a table" }).click();
    await expect(page.getByTestId("mesh-table")).toBeVisible();
    await expectAccessibleInBothThemes(page, "lab-table");
  });
  expect(await learnerSaw()).toEqual([]);
  expect(await instructorSaw()).toEqual([]);
});

test("the terminal outlives a reload and a cut connection, and says where it stands", async ({ page }) => {
  const violations = await watchViolations(page);
  let cut = false;
  const cutters: (() => Promise<void>)[] = [];
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (cut) return void socket.close({ code: 1001 });
    socket.connectToServer();
    cutters.push(() => socket.close({ code: 1001 }));
  });
  await signIn(page);
  await openLab(page, new URL("/", product.url).href);
  await run(page, "kept=$((6 * 7)); echo kept is $kept", /^kept is 42$/m);

  await test.step("a reload", async () => {
    await page.reload();
    await expect.poll(() => terminalText(page)).toContain("kept is 42");
    await run(page, "echo still $kept", /^still 42$/m);
  });

  await test.step("a cut connection", async () => {
    await typeCommand(page, "sleep 2; echo said while away: $kept");
    cut = true;
    for (const close of cutters.splice(0)) await close();
    await expect(page.getByTestId("terminal-state")).toContainText("reconnecting");
    await expect(page.getByTestId("connection-state")).toContainText("reconnecting");
    await expect(page.getByTestId("status-banner")).toContainText("Your workspace keeps running");
    await expectAccessibleInBothThemes(page, "lab-reconnecting");
    cut = false;
    await expect(page.getByTestId("terminal-state")).toHaveText(/recovered|connected/);
    await expect.poll(() => terminalText(page)).toContain("said while away: 42");
  });

  await test.step("a connection that is cut again and again: every line once, in order", async () => {
    await typeCommand(page, "for i in $(seq 1 60); do echo cut-$i-end; sleep 0.15; done");
    for (let time = 0; time < 4; time += 1) {
      const shown = async () => ((await terminalText(page)).match(/^cut-\d+-end$/gm) ?? []).length;
      const before = await shown();
      await expect.poll(shown).toBeGreaterThan(before);
      for (const close of cutters.splice(0)) await close();
      await expect.poll(() => cutters.length).toBeGreaterThan(0);
    }
    await expect.poll(() => terminalText(page), { timeout: 60_000 }).toContain("cut-60-end");
    expect((await terminalText(page)).match(/^cut-\d+-end$/gm)).toEqual(
      Array.from({ length: 60 }, (_, index) => `cut-${index + 1}-end`),
    );
    await expect(page.getByTestId("terminal-state")).toHaveText(/recovered|connected/);
  });

  await test.step("what a program prints can neither write the clipboard nor become markup", async () => {
    await page.evaluate(() => navigator.clipboard.writeText("the learner's own"));
    const clipboard = "\\033]52;c;aGFja2Vk\\007";
    const title = "\\033]0;<img src=x onerror=alert(1)>\\007";
    await run(page, `printf '${clipboard}${title}'; echo printed`, /^printed$/m);
    await run(page, "echo and still $((6 * 7))", /^and still 42$/m);
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("the learner's own");
    expect(await page.locator("img").count()).toBe(0);
  });

  await test.step("several pasted lines are shown before they run", async () => {
    await page.evaluate(() => navigator.clipboard.writeText("echo one\necho two\n"));
    await page.getByTestId("terminal-screen").click();
    await page.keyboard.press("Control+v");
    await expect(page.getByRole("dialog")).toContainText("Paste 2 lines into the terminal?");
    await expectAccessibleInBothThemes(page, "lab-paste");
    await page.getByTestId("paste-accept").click();
    await page.keyboard.press("Enter");
    await expect.poll(() => terminalText(page)).toMatch(/^one\ntwo$/m);
  });
  expect(await violations()).toEqual([]);
});
